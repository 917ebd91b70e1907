"""The bot of docs/clients.md, run as it stands there: a guest asks, and is helped by it."""

import asyncio
import re
import sys
from pathlib import Path

import pytest

from frontdesk.client import Desk
from frontdesk.client.events import Message
from tests.e2e.server import environment, serving

pytestmark = pytest.mark.e2e

PAGE = Path(__file__).parents[2] / "docs" / "clients.md"
FENCE = re.compile(r"^```python bot\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINES_MOST = 25


async def test_the_bot_of_the_page_helps_a_guest(tmp_path: Path):
    (text,) = FENCE.findall(PAGE.read_text())
    assert len(text.splitlines()) < LINES_MOST
    script = tmp_path / "bot.py"
    script.write_text(text)
    async with serving(tmp_path, users=[("Robot", "correct horse battery")]) as server:
        token = server.run("token", "create", "Robot").stdout.strip()
        bot = await asyncio.create_subprocess_exec(
            *(sys.executable, str(script), server.url, token), env=environment(tmp_path)
        )
        try:
            guest = Desk.identify(server.url, username="Ana", question="Why?", trust_env=False)
            async with await guest as ana, asyncio.timeout(30):
                heard = []
                async for event in ana.events():
                    if isinstance(event, Message):
                        heard.append((event.user, event.body))
                        if len(heard) == 1:
                            await ana.say(ana.room, "Thanks!")
                        elif len(heard) == 3:
                            break
        finally:
            bot.kill()
            await bot.wait()

    assert heard == [
        ("Robot", "Hello Ana, I am a robot."),
        ("Ana", "Thanks!"),
        ("Robot", "You said: Thanks!"),
    ]
