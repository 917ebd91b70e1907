"""The one place where decide, append, apply and wake happen, in that order. asyncio lives here.

Start with `engine.py`; `ports.py` names the seams (store, clock) and their promises.
"""
