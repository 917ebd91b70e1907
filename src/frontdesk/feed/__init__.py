"""Who hears which fact, in what order, and what they missed. Pure, like the desk.

Start with `position.py` (the place of an event) and `reader.py` (one listener). `ring.py` is the
recent past in memory, `hearing.py` who was in which room when, `signals.py` the lane of what is
never stored, `hangups.py` how a stream ends.
"""
