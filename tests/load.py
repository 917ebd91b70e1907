"""What a promise in seconds is worth on a machine that has other things to do too."""

import os


def promised(seconds: float) -> float:
    """So many seconds, or as many more as others have taken of this machine's processors.

    A promise is about the server, not about the company that it keeps here: with three times as
    much to do as there are processors, a second of its work takes three.
    """
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
