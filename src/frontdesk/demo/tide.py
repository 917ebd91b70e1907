"""When guests come: in a tide, so that the line grows and shrinks before one's eyes."""

import math
from random import Random

# From one flood to the next: long enough that a line forms, short enough to see it go.
PERIOD_MS = 150_000
# Between two guests, when few come and when many do. Three agents with two of them each need about
# six seconds a guest, which lies between.
EBB_MS = 12_000
FLOOD_MS = 3_000
# Those who were there before the shop opened.
FIRST = 5
FIRST_MS = 1_200
# With so many at most, the gaps are as above; with more or fewer they shrink or grow.
GUESTS = 14


def gap_ms(number: int, at_ms: int, most: int, random: Random) -> float:
    """How long it takes until the next guest comes.

    Args:
        number: how many have come.
        at_ms: since when they have been coming.
        most: how many may be there at once.
    """
    if number < min(FIRST, most):
        return FIRST_MS * random.uniform(0.5, 1.5)
    high = (1 + math.sin(2 * math.pi * at_ms / PERIOD_MS)) / 2
    mean = EBB_MS * math.pow(FLOOD_MS / EBB_MS, high)
    return mean * GUESTS / most * random.uniform(0.5, 1.5)
