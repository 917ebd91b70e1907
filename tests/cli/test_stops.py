import pytest

from frontdesk.cli.stops import Stop, told
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine.ports import Broken, Full, Held
from frontdesk.store.sqlite.failures import CannotOpen
from frontdesk.store.upgrades import TooNew


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (Refused(Reason.NAME_TAKEN), "That name is taken"),
        (CannotOpen("Name another file."), "Name another file"),
        (TooNew("Start the newer Frontdesk."), "Start the newer Frontdesk"),
        (Held(), "Try again when it has finished"),
        (Full(), "Free some space"),
        (Broken("page 7"), "page 7. Check the disk"),
    ],
)
def test_what_the_desk_and_the_store_say_no_with_is_a_sentence(failure: Exception, said: str):
    with pytest.raises(Stop, match=said), told("desk.db"):
        raise failure
