"""What bots are written with: a desk seen from outside, over whatever line there is.

    async with await Desk.sign_in("https://desk.example", "Paul", password) as desk:
        async for event in desk.events():
            ...

It knows the server by its protocol alone, and imports nothing of it. `desk.py` is what one calls,
`link.py` keeps the feed alive, and each transport has a module that differs in framing alone.
"""

from frontdesk.client.desk import Desk
from frontdesk.client.failures import HungUp, NoAnswer, Refused
from frontdesk.client.lines import Transport
from frontdesk.client.timing import Timing

__all__ = ["Desk", "HungUp", "NoAnswer", "Refused", "Timing", "Transport"]
