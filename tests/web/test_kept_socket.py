"""The end of a server whose socket stays open after it, for the next one."""

import asyncio

import pytest

from tests.web.test_connection import GET, PATIENCE_S, anyio_backend, open_desk

__all__ = ["anyio_backend"]


@pytest.mark.parametrize("said", [b"", GET[:10]])
async def test_who_was_let_in_just_before_the_end_is_answered_where_the_socket_is_kept(said: bytes):
    async with open_desk(kept=True, newcomer_ms=1000 * PATIENCE_S) as desk:
        line = await desk.line(said)
        # Whoever came later is answered, so the first one has been let in.
        await (await desk.line(GET)).answer()
        desk.server.end()
        await desk.ending.wait()
        desk.ending.clear()
        # Told again as the listeners are shut and connections begin to be closed.
        await desk.ending.wait()
        line.send(GET[len(said) :])

        status, headers, _ = await line.answer()
        assert (status, headers["connection"]) == (200, "close")


async def test_who_comes_after_the_end_is_left_to_the_next_server_where_the_socket_is_kept():
    loop = asyncio.get_running_loop()
    async with open_desk(kept=True) as desk:
        with desk.socket.dup() as next_one:
            desk.server.end()
            await desk.ending.wait()
            _, writer = await asyncio.open_connection(*next_one.getsockname())
            writer.write(GET)
            async with asyncio.timeout(PATIENCE_S):
                line, _ = await loop.sock_accept(next_one)
                with line:
                    assert await loop.sock_recv(line, 100) == GET
            writer.close()


async def test_who_is_let_in_and_says_nothing_does_not_hold_up_the_end_for_long():
    async with open_desk(kept=True, newcomer_ms=20) as desk:
        line = await desk.line()
        await (await desk.line(GET)).answer()
        desk.server.end()

        assert await line.is_closed()
