"""Two processes change one account within milliseconds: what comes out is one after the other.

Passwords, links and sessions are rows without an entry, so the log does not tell that somebody was
faster. The one that decided first and writes last has to look again.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from frontdesk.desk.commands import AddPerson
from frontdesk.desk.ids import PersonId
from frontdesk.desk.refusals import Reason, Refused
from frontdesk.engine import accounts
from frontdesk.engine.clock import HandClock
from frontdesk.engine.node import Node
from frontdesk.engine.ports import Account, Batch, Outcome, PasswordRow, SessionRow, Store
from frontdesk.store.memory import MemoryStore
from frontdesk.store.sqlite.store import SqliteStore

IDA = AddPerson(PersonId("p-ida"), "Ida", "admin")
SESSION = SessionRow(b"session", IDA.person, "agent", 1)

Work = Callable[[], Awaitable[None]]


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """With Ida, whose password is `old`, who is signed in and has a link."""
    kept: Store = MemoryStore()
    if request.param == "sqlite":
        kept = await SqliteStore.open_path(str(tmp_path / "desk.db"))
    node = await Node.load(kept, HandClock())
    await accounts.add(node, IDA, [PasswordRow(IDA.person, "old"), SESSION])
    await accounts.invite(node, "Ida", b"link", None)
    yield kept
    await kept.close()


class Race:
    """Two processes on one store, of which the second decides, and then the first is faster."""

    def __init__(self, store: Store, first: Node, second: Node, ida: Account) -> None:
        self.store = store
        self.ida = ida
        self._nodes = first, second

    async def run(self, first: str, second: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have both done.

        Raises:
            Refused: what the second heard.
        """
        commit = self.store.commit

        async def late(batches: Sequence[Batch], *, together: bool = False) -> list[Outcome]:
            monkeypatch.setattr(self.store, "commit", commit)
            await self.do(first, self._nodes[0])
            return await commit(batches, together=together)

        monkeypatch.setattr(self.store, "commit", late)
        await self.do(second, self._nodes[1])

    async def do(self, what: str, node: Node) -> None:
        """One of the changes, each with a password of its own name."""
        match what:
            case "passwd":
                await accounts.set_password(node, self.ida, what)
            case "change":
                await accounts.change_password(node, self.ida, what, SESSION, [])
            case "accept":
                await accounts.accept(node, IDA.person, b"link", what, _new_session)
            case "strengthen":
                await accounts.strengthen(node, self.ida, what)
            case "invite":
                await accounts.invite(node, "Ida", b"another link", None)
            case "token":
                await accounts.create_token(node, IDA.person, b"token", "bot", SESSION)
            case _:
                pytest.fail(f"nothing is called {what}")

    async def password(self) -> str | None:
        account = await self.store.account("Ida")
        assert account is not None
        return account.password_hash


def _new_session(person: PersonId) -> SessionRow:
    return SessionRow(b"accepted", person, "agent", 2)


@pytest.fixture
async def race(store: Store) -> Race:
    ida = await store.account("Ida")
    assert ida is not None
    first, second = [await Node.load(store, HandClock()) for _ in range(2)]
    return Race(store, first, second, ida)


@pytest.mark.parametrize(
    ("first", "second", "refusal"),
    [
        ("passwd", "change", Reason.WRONG_CREDENTIALS),
        ("accept", "change", Reason.WRONG_CREDENTIALS),
        ("passwd", "accept", Reason.NOT_FOUND),
        ("change", "accept", Reason.NOT_FOUND),
        ("invite", "accept", Reason.NOT_FOUND),
        ("accept", "accept", Reason.NOT_FOUND),
        ("passwd", "token", Reason.NOT_SIGNED_IN),
        ("accept", "token", Reason.NOT_SIGNED_IN),
    ],
)
async def test_who_decided_on_what_is_no_longer_so_is_refused_and_overwrites_nothing(
    race: Race, monkeypatch: pytest.MonkeyPatch, first: str, second: str, refusal: Reason
):
    with pytest.raises(Refused) as refused:
        await race.run(first, second, monkeypatch)

    assert refused.value.reason is refusal
    assert await race.password() == ("old" if first == "invite" else first)
    assert await race.store.tokens(None) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("change", "passwd"),
        ("accept", "passwd"),
        ("strengthen", "passwd"),
        ("invite", "change"),
    ],
)
async def test_who_may_come_second_comes_second(
    race: Race, monkeypatch: pytest.MonkeyPatch, first: str, second: str
):
    await race.run(first, second, monkeypatch)

    assert await race.password() == second
    for link in (b"link", b"another link"):
        found = await race.store.invite(link)
        assert found is None or found.ended


@pytest.mark.parametrize("first", ["passwd", "change", "accept"])
async def test_a_hash_that_is_made_anew_brings_no_old_password_back(
    race: Race, monkeypatch: pytest.MonkeyPatch, first: str
):
    await race.run(first, "strengthen", monkeypatch)

    assert await race.password() == first


async def test_a_token_made_before_the_password_was_set_ends_by_it(
    race: Race, monkeypatch: pytest.MonkeyPatch
):
    await race.run("token", "passwd", monkeypatch)

    assert await race.store.session(b"token") is None
