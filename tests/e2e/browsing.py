"""A browser of the machine's own, and a page of another site that has the widget in it."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Nothing of it leaves the machine.
QUIET = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A shop</title>
</head>
<body>
<h1>A shop</h1>
<script src="{desk}/widget.js" data-desk="main" async></script>
</body>
</html>
"""


def chromium() -> str:
    """Where it is. Without one the test is skipped, and says so."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is installed (apt install chromium)")
    return found


@contextlib.asynccontextmanager
async def browsing(profile: Path) -> AsyncIterator[Browser]:
    """A browser. Its contexts are private windows, which block the cookies of third parties."""
    async with async_playwright() as play:
        browser = await play.chromium.launch(
            executable_path=chromium(),
            args=QUIET,
            env={"HOME": str(profile)},
        )
        try:
            yield browser
        finally:
            await browser.close()


@contextlib.asynccontextmanager
async def shop(
    desk: str, policy: str = "", pages: Mapping[str, str] | None = None
) -> AsyncIterator[str]:
    """The address of the page of another site: by another name, and so not of the desk's.

    Args:
        policy: what the site lets a browser do with the page, if it restricts it.
        pages: others, by what stands behind the `?` of the address. They have to come from a
            server: a page made up by the browser's driver may load nothing from this machine.
    """

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            asked = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
            text = (pages or {}).get(asked.partition("?")[2], PAGE.format(desk=desk))
            body = text.encode()
            head = (
                "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
                + (f"Content-Security-Policy: {policy}\r\n" if policy else "")
                + f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            )
            writer.write(head.encode() + body)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://localhost:{port}/parcels?secret=1"
    finally:
        server.close()
