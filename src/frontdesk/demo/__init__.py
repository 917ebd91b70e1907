"""The desk of a shop that does not exist, alive on this machine: what a newcomer looks at first.

`house.py` is all of it: a server on a folder that is thrown away, the shop's own pages (`shop.py`),
and people who talk by themselves. What they say is in `conversations.toml`, read by
`screenplay.py`; `visits.py` is guests, `bots.py` is who helps them, `play.py` lets both say their
lines, and `tide.py` says when guests come. All of them are clients like anybody's
(`frontdesk.client`), which know the server by its protocol alone.
"""
