"""Leaky buckets for where people come from: each address, each /64 of IPv6, and its /48 as well.

Pure: time is handed in. One customer may have a /48, and with it more /64s than any table holds. So
all that comes from a /48 is counted together too, at eight times the rate. Addresses of IPv4 are
kept apart: no network of IPv6, however many addresses it has, makes one of them be forgotten.
"""

from frontdesk.web.buckets import Buckets
from frontdesk.web.neighbourhood import wider

# As many as a site with a busy /64 for each of its offices; and machines that somebody rents are
# often neighbours in one /48.
WIDE = 8


class Places:
    """A bucket for each place, and for each wider one.

    Args:
        most: how many addresses at once; half as many networks of either size.
        kept_ms: as for `Buckets`.
    """

    def __init__(self, most: int, kept_ms: int) -> None:
        self._addresses: Buckets[tuple[str, str]] = Buckets(most, kept_ms)
        self._networks: Buckets[tuple[str, str]] = Buckets(most // 2, kept_ms)
        self._wide: Buckets[tuple[str, str]] = Buckets(most // 2, kept_ms)

    def __len__(self) -> int:
        return len(self._addresses) + len(self._networks) + len(self._wide)

    def take(self, place: str, rate: int, burst: int, now_ms: int, *, of: str = "") -> int:
        """Let one in, if there is room, as `Buckets.take`.

        Args:
            of: what is counted apart, of each place.
        """
        wide = wider(place)
        if wide is None:
            return self._addresses.take((of, place), rate, burst, now_ms)
        # The wider one first: a /48 that is too fast makes nobody else's bucket be forgotten.
        wait_ms = self._wide.take((of, wide), WIDE * rate, WIDE * burst, now_ms)
        if wait_ms:
            return wait_ms
        wait_ms = self._networks.take((of, place), rate, burst, now_ms)
        if wait_ms:
            # Who is too fast for a /64 takes nothing from the others of the /48.
            self._wide.give_back((of, wide))
        return wait_ms

    def give_back(self, place: str, *, of: str = "") -> None:
        """Take out one that was let in: nothing came of it."""
        wide = wider(place)
        if wide is None:
            self._addresses.give_back((of, place))
        else:
            self._networks.give_back((of, place))
            self._wide.give_back((of, wide))
