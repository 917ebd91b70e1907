"""What an operator types to write out what was said."""

import asyncio
import json
import os
import stat
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from frontdesk.cli import transcripts
from frontdesk.cli.progress import Bar
from frontdesk.desk.commands import AddDesk, Command
from frontdesk.desk.entries import MessagePosted, RoomRated
from frontdesk.desk.events import VouchedFor
from frontdesk.desk.ids import MAIN, DeskId, RoomId
from frontdesk.desk.personal import Text, Who
from frontdesk.engine.clock import SystemClock
from frontdesk.engine.node import Node
from frontdesk.engine.ports import Batch, Store
from frontdesk.store.sqlite.store import SqliteStore
from tests import examples as eg
from tests.cli.test_data import failed
from tests.cli.test_guests import Operator
from tests.contracts import stories

NORTH = DeskId("north")
FRONTDESK = (sys.executable, "-c", "from frontdesk.cli.main import main; main()")


@pytest.fixture
def operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operator:
    monkeypatch.setattr("frontdesk.cli.hints.sys", SimpleNamespace(prefix="/usr"))
    operator = Operator(tmp_path / "data")
    operator.begins()
    return operator


def on(operator: Operator, work: Callable[[Store], Awaitable[object]]) -> None:
    async def run() -> None:
        store = await SqliteStore.open_path(str(operator.folder / "frontdesk.db"))
        try:
            await work(store)
        finally:
            await store.close()

    asyncio.run(run())


def happens(operator: Operator, *commands: Command, at: DeskId = MAIN) -> None:
    async def work(store: Store) -> None:
        node = await Node.load(store, SystemClock(eg.NOW))
        if at not in node.desks():
            await node.add_desk(at)
        await node.carry_out_at(at, *commands)

    on(operator, work)


def exported(operator: Operator, *words: str) -> list[dict[str, Any]]:
    told = operator.types("export", *words)
    assert told.exit_code == 0, told.output
    return [json.loads(line) for line in told.stdout.splitlines()]


def bodies(lines: list[dict[str, Any]]) -> list[str]:
    return [line["body"] for line in lines if line["type"] == "message"]


def test_a_room_is_its_guest_and_what_was_said_line_by_line(operator: Operator):
    # Nobody is told who watches.
    happens(operator, *eg.at_work(eg.MIA), eg.watch(eg.MIA, eg.ANA.room))
    happens(operator, eg.end(eg.IDA, eg.ANA))

    lines = exported(operator, "room", eg.ANA.room)

    assert [line["type"] for line in lines] == [
        *("export", "room", "message", "notification", "end", "done")
    ]
    begun, room, message, joined, ended, done = lines
    assert begun["version"] == transcripts.VERSION
    assert room["guest"]["user"] == "Ana"
    assert room["guest"]["question"] == eg.ANA.question
    assert room["guest"]["info"] == dict(eg.ANA.info)
    assert (room["kind"], room["agents"], room["reason"]) == ("guest", ["Ida"], "agent")
    assert room["opened"] <= joined["at"] <= room["ended"] == ended["at"]
    assert message["body"] == "Nobody is to know of order-4711-blue."
    assert (message["user"], message["room"]) == ("Ana", eg.ANA.room)
    assert (joined["user"], joined["details"]) == ("Ida", "joined")
    assert ended["details"] == "agent"
    assert (done["rooms"], done["messages"]) == (1, 1)


def test_a_guest_is_named_by_id_or_by_a_name_that_is_theirs_alone(operator: Operator):
    by_id = exported(operator, "guest", eg.ANA.id)
    assert [line["room"] for line in by_id if line["type"] == "room"] == [eg.ANA.room]
    assert exported(operator, "guest", "Ana")[1:] == by_id[1:]
    for nobody in ("Nobody", "", "An\u200ba", "x" * 999):
        told = operator.types("export", "guest", nobody)
        failed(told, f"No guest of the desk main has the id {nobody}, or that name.")

    async def again(store: Store) -> None:
        head = await store.open(MAIN)
        entry = stories.queued(stories.ANA, RoomId("room-other"), head.offset + 1)
        await store.commit([Batch(MAIN, head.offset, "x", (entry,))])

    on(operator, again)
    failed(operator.types("export", "guest", "Ana"), "2 guests are or were called Ana")


def test_a_desk_is_all_its_rooms_and_all_is_every_desk(operator: Operator):
    happens(operator, AddDesk(None), *eg.waiting(eg.CEM), at=NORTH)

    here = exported(operator, "desk", "main")
    everywhere = exported(operator, "all")

    assert [line["room"] for line in here if line["type"] == "room"] == [eg.ANA.room, eg.BEN.room]
    assert [line["desk"] for line in everywhere if line["type"] == "room"] == [
        *("main", "main", "north")
    ]
    assert everywhere[-1]["rooms"] == 3
    failed(operator.types("export", "desk", "nowhere"), "There is no desk nowhere")


def test_what_two_agents_said_is_left_out_unless_it_is_asked_for(operator: Operator):
    happens(operator, *eg.at_work(eg.MIA), eg.direct(eg.IDA, eg.MIA, "Lunch?"), eg.create(eg.MIA))
    happens(operator, eg.join(eg.IDA), eg.post(eg.IDA, eg.ANA, "Dear Ana"))

    assert "Lunch?" not in bodies(exported(operator, "desk", "main"))
    failed(operator.types("export", "room", eg.ASIDE), "--with-direct")
    whole = exported(operator, "desk", "main", "--with-direct")
    assert "Lunch?" in bodies(whole)
    kinds = {line["room"]: line for line in whole if line["type"] == "room"}
    assert kinds[eg.ASIDE]["agents"] == ["Ida", "Mia"]
    assert kinds[eg.TEAM]["name"]
    assert kinds[eg.TEAM]["guest"] is None


def test_who_was_erased_is_not_in_it(operator: Operator):
    assert operator.types("guest", "erase", eg.ANA.id, "--yes").exit_code == 0

    for form in ((), ("--text",)):
        told = operator.types("export", "all", *form)
        assert told.exit_code == 0
        for gone in ("order-4711-blue", "Ana", eg.ANA.question):
            assert gone not in told.stdout
    [room] = [line for line in exported(operator, "room", eg.ANA.room) if line["type"] == "room"]
    assert (room["erased"], room["guest"]) == (True, None)


def test_it_can_be_read(operator: Operator):
    happens(operator, eg.post(eg.IDA, eg.ANA, "Dear Ana,\nI look."), eg.end(eg.IDA, eg.ANA))

    async def rate(store: Store) -> None:
        head = await store.open(MAIN)
        rated = RoomRated(eg.NOW, eg.ANA.room, Who(eg.ANA.id, "Ana"), 5, None, Text("Quick"))
        await store.commit([Batch(MAIN, head.offset, "x", (rated,))])

    on(operator, rate)
    told = operator.types("export", "room", eg.ANA.room, "--text")

    assert told.exit_code == 0
    lines = told.stdout.splitlines()
    assert lines[1] == "== Ana"
    assert "helped by Ida" in lines
    assert f"question: {eg.ANA.question}" in lines
    at = next(place for place, line in enumerate(lines) if "Dear Ana" in line)
    assert lines[at].endswith("  Ida: Dear Ana,")
    assert lines[at + 1] == "       I look."
    assert lines[-2].endswith("  the end: agent")
    assert lines[-1] == "Rated 5 of 5: Quick"


def test_no_line_of_what_somebody_wrote_passes_for_one_of_ours():
    forged = "yes\n\n== Ida\r12:00  Ida: I am a thief\u2028Rated 1 of 5"
    guest = transcripts.Guest("p", "Ana", forged, {"Order": forged}, VouchedFor(forged))
    room = transcripts.Room(
        desk="main",
        room="r",
        kind="guest",
        guest=guest,
        erased=False,
        name="",
        topic=forged,
        agents=[],
        opened=0,
        ended=None,
        reason=None,
    )
    group = replace(room, kind="group", guest=None, name=forged)
    said = transcripts.Said("message", "r", "m", 0, user="Ana", body=forged)

    texts = [transcripts.as_text(line) for line in (room, group, said)]
    texts.append(transcripts.as_text(transcripts.Rated("r", 0, 5, forged)))

    assert [text.strip().splitlines()[0] for text in texts] == [
        *("== Ana", "== yes", "00:00  Ana: yes", "Rated 5 of 5: yes")
    ]
    for text in texts:
        assert "thief" in text
        _, *further = text.strip().splitlines()
        assert not [line for line in further if line.startswith(("==", "12:00", "Rated"))]


@pytest.mark.slow
@pytest.mark.parametrize("form", [(), ("--text",)])
def test_what_stdout_does_not_take_is_told(operator: Operator, form: tuple[str, ...]):
    command = [*FRONTDESK, "export", "all", *form, "--data-dir", str(operator.folder)]
    with Path("/dev/full").open("w") as full:
        told = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, check=False, text=True, timeout=60
        )
    assert told.returncode == 1
    assert told.stderr.startswith("Error: Stdout cannot be written: No space left on device.")
    assert told.stderr.count("\n") == 1

    reading, writing = os.pipe()
    os.close(reading)
    try:
        told = subprocess.run(
            command, stdout=writing, stderr=subprocess.PIPE, check=False, text=True, timeout=60
        )
    finally:
        os.close(writing)
    assert told.returncode == 1
    assert told.stderr.startswith("Error: Stdout cannot be written: Broken pipe.")
    assert told.stderr.count("\n") == 1


@pytest.mark.slow
def test_what_goes_to_stdout_is_the_same_in_every_locale(operator: Operator):
    happens(operator, eg.post(eg.IDA, eg.ANA, "Grüße, 你好"))
    told = subprocess.run(
        [*FRONTDESK, "export", "all", "--text", "--data-dir", str(operator.folder)],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        timeout=60,
    )
    assert "Grüße, 你好\n" in told.stdout.decode()


def test_a_file_appears_as_a_whole_for_its_owner_alone_and_over_nothing(
    operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    out = tmp_path / "out"
    out.mkdir()
    told = operator.types("export", "all", "--output", str(out / "all.ndjson"))

    assert (told.exit_code, told.stdout) == (0, "")
    assert "has 2 conversations with 1 message." in told.stderr
    made = out / "all.ndjson"
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert json.loads(made.read_text().splitlines()[-1]) == {
        **{"type": "done", "rooms": 2, "messages": 1}
    }
    before = made.read_text()
    failed(operator.types("export", "all", "--output", str(made)), "There is a file")
    failed(operator.types("export", "all", "--output", str(out / "no" / "x")), "cannot be written")

    def broken(line: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(transcripts, "as_json", broken)
    failed(operator.types("export", "all", "--output", str(out / "full")), "No space left")
    assert made.read_text() == before
    assert [one.name for one in out.iterdir()] == ["all.ndjson"]


def test_what_is_written_is_what_there_was_at_one_moment(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
):
    """The server goes on, and somebody is erased meanwhile."""
    written = transcripts.as_json
    done = list[bool]()

    def meanwhile(line: Any) -> str:
        if not done:
            done.append(True)
            happens(operator, eg.post(eg.IDA, eg.ANA, "too late"))
            happens(operator, *eg.waiting(eg.CEM))
        return written(line)

    monkeypatch.setattr(transcripts, "as_json", meanwhile)
    lines = exported(operator, "all")

    assert bodies(lines) == ["Nobody is to know of order-4711-blue."]
    assert lines[-1]["rooms"] == 2
    assert done


@pytest.mark.parametrize("words", [("room", "none"), ("guest", "none"), ("desk", "x"), ("all",)])
def test_where_nothing_is_kept_nothing_is_made(tmp_path: Path, words: tuple[str, ...]):
    failed(Operator(tmp_path / "none").types("export", *words), "Nothing is kept")
    assert not (tmp_path / "none").exists()


# --- memory -------------------------------------------------------------------------------------

# Not by `getrusage`, which counts what the process was before it became this one.
MEASURE = """
import sys
from frontdesk.cli.main import cli
try:
    cli(sys.argv[1:], prog_name="frontdesk")
finally:
    [peak] = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
    print(peak.split()[1], file=sys.stderr)
"""


def peak_kib(folder: Path, *words: str) -> tuple[int, int]:
    """The peak of memory, and how many lines were written."""
    told = subprocess.run(
        [sys.executable, "-c", MEASURE, "export", *words, "--data-dir", str(folder)],
        capture_output=True,
        check=True,
        text=True,
        timeout=300,
    )
    return int(told.stderr.split()[-1]), told.stdout.count("\n")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_hundred_thousand_messages_take_no_more_memory_than_a_few(operator: Operator):
    few, _ = peak_kib(operator.folder, "all")

    async def many(store: Store) -> None:
        head = (await store.open(MAIN)).offset
        ben = Who(eg.BEN.id, "Ben")
        text = Text("What a long conversation this is, all in all. " * 5)
        for number in range(100):
            room = RoomId(eg.BEN.room if number % 2 else eg.ANA.room)
            said = tuple(MessagePosted(eg.NOW, ben, room, text) for _ in range(1_000))
            await store.commit([Batch(MAIN, head, f"b{number}", said)])
            head += 1_000

    on(operator, many)
    for form in ((), ("--text",)):
        peak, lines = peak_kib(operator.folder, "all", *form)
        assert lines > 100_000
        # All of it is 25 MB of text. What SQLite keeps of pages is 2 MB.
        assert peak - few < 8_000


def test_how_far_it_is_is_shown_only_to_who_has_to_wait(capsys: pytest.CaptureFixture[str]):
    for after_ms, shown in ((60_000, False), (0, True)):
        bar = Bar("Writing", after_ms=after_ms)
        for done in (1, 2):
            bar(done, 2)
        told = capsys.readouterr()
        assert ("Writing" in told.err) == shown
        assert told.out == ""
