"""Copies that are made while people talk, and going back to one while they want to go on."""

import asyncio
import hashlib
import json
from contextlib import aclosing
from pathlib import Path
from typing import Any

import apsw
import pytest

from frontdesk.client import Desk
from frontdesk.client.events import Message, Reset
from tests.e2e.server import Server, serving
from tests.load import promised

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

IDA = ("Ida", "correct horse battery")
COPIES = 20
TALKERS = 4


def checksum(file: Path, through: int) -> str:
    """Of all that the log has up to an offset, with what belongs to people."""
    connection = apsw.Connection(str(file), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        made = hashlib.sha256()
        for rows in (
            "SELECT * FROM entry WHERE desk = 'main' AND offset <= ? ORDER BY offset",
            "SELECT * FROM text WHERE desk = 'main' AND offset <= ? ORDER BY offset",
        ):
            for row in connection.execute(rows, (through,)):
                made.update(repr(row).encode())
        return made.hexdigest()
    finally:
        connection.close()


async def talks(server: Server, name: str) -> None:
    """Writes as fast as it is answered, until it is told to stop."""
    async with await Desk.identify(
        server.url, username=name, question="Why?", trust_env=False
    ) as desk:
        for number in range(1_000_000):
            await desk.say(desk.room, f"{name} says thing {number}")


async def test_each_copy_under_load_is_the_log_up_to_its_offset(tmp_path: Path):
    async with serving(tmp_path, users=[IDA]) as server:
        await asyncio.to_thread(server.lift_limits)
        talking = [asyncio.create_task(talks(server, f"Guest {n}")) for n in range(TALKERS)]
        made = []
        for number in range(COPIES):
            target = tmp_path / f"{number}.db"
            told = await asyncio.to_thread(server.run, "backup", str(target), "--json")
            assert told.returncode == 0, told.stderr
            made.append(json.loads(told.stdout))
            assert not any(one.done() for one in talking), "nobody was kept from talking"
        for one in talking:
            one.cancel()
        await asyncio.gather(*talking, return_exceptions=True)

        offsets = [copy["desks"][0]["offset"] for copy in made]
        assert offsets == sorted(set(offsets)), "each goes further than the one before"
        for copy, offset in zip(made, offsets, strict=True):
            assert checksum(Path(copy["path"]), offset) == checksum(
                server.data / "frontdesk.db", offset
            )


def said(view: dict[str, Any]) -> list[str]:
    return [one["body"] for one in view["rooms"][0]["messages"]]


async def test_who_is_connected_goes_on_from_what_was_put_back(tmp_path: Path):
    """What was said after the copy is gone, and everybody is told so; nothing is mixed up."""
    async with (
        asyncio.timeout(promised(60)),
        serving(tmp_path, users=[IDA]) as server,
        await Desk.identify(server.url, username="Ana", question="Why?", trust_env=False) as ana,
    ):
        async with aclosing(ana.events()) as events:
            await ana.say(ana.room, "before")
            target = tmp_path / "copy.db"
            told = await asyncio.to_thread(server.run, "backup", str(target))
            assert told.returncode == 0, told.stderr
            await ana.say(ana.room, "after")
            async for event in events:
                if isinstance(event, Message) and event.body == "after":
                    break
            await server.stop()
            told = await asyncio.to_thread(server.run, "restore", str(target), "--yes")
            assert told.returncode == 0, told.stderr
            await server.start()
            async for event in events:
                if isinstance(event, Reset):
                    assert event.reason == "unknown_epoch"
                    assert said(event.view) == ["before"]
                    break
            await ana.say(ana.room, "then")
            async for event in events:
                if isinstance(event, Message) and event.body == "then":
                    break
        assert said(await ana.state()) == ["before", "then"]
        assert ana.misplaced == 0
    assert "Traceback" not in server.logs()
