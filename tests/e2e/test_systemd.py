"""Restarts that refuse nobody, as systemd does them: the socket is there before and after us."""

import asyncio
import json
import os
import signal
import ssl
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest

from tests.certificates import Authority
from tests.e2e.activated import Activated, socket_unit
from tests.e2e.server import DESK, SESSION
from tests.load import promised

pytestmark = pytest.mark.e2e

PASSWORD = "correct horse battery"
CALLERS = 8
RESTARTS = 3
# Between two restarts, of all callers together.
ROUNDS = 40


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Activated]:
    with socket_unit() as listener:
        running = Activated(tmp_path, listener)
        await asyncio.to_thread(running.add_user, "Mona", PASSWORD, role="monitor")
        running.lift_limits()
        try:
            await running.start()
            yield running
        except BaseException:
            sys.stdout.write(f"--- the server's log\n{running.logs()[-20_000:]}")
            raise
        finally:
            running.close()


async def call(port: int, head: str, body: object = None) -> tuple[int, bytes]:
    """One request on a connection of its own; the status and the body.

    Raises:
        OSError, IncompleteReadError: nobody has answered.
    """
    said = json.dumps(body).encode() if body is not None else b""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(
            f"{head}\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(said)}\r\n\r\n".encode()
            + said
        )
        first = await reader.readuntil(b"\r\n\r\n")
        return int(first.split()[1]), await reader.read()
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def test_restarts_refuse_nobody_who_connects_and_lose_nothing(server: Activated):
    _, told = await call(
        server.port, f"POST {DESK}/identify HTTP/1.1", {"username": "Ana", "question": "Why?"}
    )
    ana = json.loads(told)
    mine = f"Authorization: Bearer {ana['token']}"
    answers: Counter[int | str] = Counter()
    over, heard = asyncio.Event(), asyncio.Semaphore(0)

    async def calls(number: int) -> list[str]:
        """Somebody who connects again and again, to look and to write; what was acknowledged."""
        said: list[str] = []
        while not over.is_set():
            text = f"{number}-{len(said)}"
            try:
                status, _ = await call(server.port, "GET /healthz HTTP/1.1")
                answers[status] += 1
                status, _ = await call(
                    server.port,
                    f"POST {DESK}/message/{ana['room']} HTTP/1.1\r\n{mine}",
                    {"body": text, "key": f"key-of-message-{text}"},
                )
                answers[status] += 1
            except (OSError, asyncio.IncompleteReadError) as error:
                answers[type(error).__name__] += 1
            said.append(text)
            heard.release()
        return said

    callers = [asyncio.create_task(calls(number)) for number in range(CALLERS)]
    for _ in range(RESTARTS):
        async with asyncio.timeout(promised(30)):
            for _ in range(ROUNDS):
                await heard.acquire()
        assert (await server.stop())[0] == 0
        await server.start()
    over.set()
    said = [text for texts in await asyncio.gather(*callers) for text in texts]

    assert answers.keys() == {200}, answers
    assert sorted(await everything_said(server, ana["room"])) == sorted(said)


async def everything_said(server: Activated, room: str) -> list[str]:
    """All messages of a room, as somebody reads them who may look back."""
    async with httpx2.AsyncClient(base_url=server.url) as client:
        body = {"username": "Mona", "password": PASSWORD}
        assert (await client.post(SESSION, json=body)).status_code == 201
        found, after = [], ""
        while True:
            answer = await client.get(f"{DESK}/history/{room}{after}")
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found += [line["body"] for line in page["lines"] if line["type"] == "message"]
            if page["next"] is None:
                return found
            after = f"?after={page['next']}"


async def test_systemd_is_told_when_it_is_ready_is_asked_to_renew_and_ends(server: Activated):
    await server.kill()
    server.spawn()
    _, status = await server.says("READY=1")
    assert status == f"STATUS=Ready: {server.url}"
    assert (await call(server.port, "GET /readyz HTTP/1.1"))[0] == 200

    # `systemctl reload`, where there is no certificate to read again.
    os.kill(server.pid, signal.SIGHUP)
    await server.says("RELOADING=1")
    await server.says("READY=1")
    os.kill(server.pid, signal.SIGTERM)
    await server.says("STOPPING=1")
    assert await server.ended() == 0


async def test_a_reload_takes_up_a_renewed_certificate(tmp_path: Path):
    authority = Authority(tmp_path)
    pair = authority.issue()
    with socket_unit() as listener:
        flags = ("--tls-cert", str(pair.cert), "--tls-key", str(pair.key))
        server = Activated(tmp_path, listener, *flags)
        try:
            await server.start()
            first = await shown(server.port)
            authority.issue()
            os.kill(server.pid, signal.SIGHUP)
            await server.says("RELOADING=1")
            await server.says("READY=1")

            assert await shown(server.port) != first
        finally:
            server.close()


async def shown(port: int) -> str:
    return await asyncio.to_thread(ssl.get_server_certificate, ("127.0.0.1", port), timeout=30)


async def test_a_server_that_lives_says_so_again_and_again(tmp_path: Path):
    with socket_unit() as listener:
        server = Activated(tmp_path, listener, watchdog_ms=200)
        try:
            await server.start()
            for _ in range(3):
                await server.says("WATCHDOG=1")
        finally:
            server.close()


async def test_a_second_server_says_where_the_first_one_is(server: Activated):
    second = await asyncio.to_thread(server.run, "serve", "--port", "0")

    assert second.returncode == 1
    assert f"process {server.pid}, at {server.url}" in second.stderr
    async with httpx2.AsyncClient() as client:
        assert (await client.get(f"{server.url}/healthz")).status_code == 200
