"""The ways in which a command ends without having done what was asked, and their exit codes.

A sentence for each, which says what to do next. Faults of ours are not caught: they show a trace.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import click

FAILED = 1
WRONG_SETTING = 3


class Stop(click.ClickException):
    """Say this on stderr, and end."""

    exit_code = FAILED


class StopForSetting(Stop):
    """A setting is why."""

    exit_code = WRONG_SETTING


@contextmanager
def told(where: str) -> Iterator[None]:
    """Turn what the desk and the store say no with into sentences.

    Args:
        where: the file of the store, or what stands for it.

    Raises:
        Stop: with that sentence.
    """
    from frontdesk.desk.refusals import Refused
    from frontdesk.engine.ports import Broken, Full, Held
    from frontdesk.store.sqlite.failures import CannotOpen
    from frontdesk.store.upgrades import TooNew

    try:
        yield
    except Refused as refused:
        raise Stop(refused.sentence) from None
    except (CannotOpen, TooNew) as cannot:
        raise Stop(str(cannot)) from None
    except Held:
        raise Stop(
            f"Something else has kept {where} locked; a backup, perhaps. Nothing was changed. Try"
            " again when it has finished."
        ) from None
    except Full:
        raise Stop(
            f"There is no space left to write {where}. Nothing was changed. Free some space on"
            " that disk and try again."
        ) from None
    except Broken as broken:
        raise Stop(
            f"{where} cannot be trusted any more: {broken}. Check the disk and its log, then start"
            " again: what was acknowledged is recovered. If that fails, restore a backup."
        ) from None
