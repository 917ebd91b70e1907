"""Speaks to browsers and scripts: JSON over HTTP, and the long poll.

Start with `routes.py`: every URL, one line each. `exchange.py` is what happens to each request,
`identity.py` says who is asking, `codec.py` is the only place where JSON is read or written,
`failures.py` turns a refusal into an answer. Nothing here decides anything about guests.
"""
