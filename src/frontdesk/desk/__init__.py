"""What a support desk is, as pure data and decisions.

Nothing here reads a clock, draws a random number, opens a file or awaits. Callers pass the time
and fresh identifiers in; the desk answers with facts.

Start with `desk.py`, then `commands.py` (what people ask), `entries.py` (what has happened) and
`audience.py` (who hears it). The rules live in the nouns: `guests`, `agents`, `rooms`, `queue`,
and in `deadlines` for what time alone brings about.
"""
