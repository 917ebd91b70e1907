"""docs/embedding.md: what a site signs by its samples is taken."""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from frontdesk.desk.commands import Vouch
from frontdesk.desk.ids import MAIN, KeyId
from frontdesk.desk.state import State, VouchKey
from frontdesk.web.vouching import Vouching

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
CUSTOMER = {"id": "customer-1042", "name": "Ana García", "email": "ana@example.org"}
KEY = KeyId("key-of-the-shop")
VOUCHING = Vouching(b"a secret of the server, 32 bytes")


def sample(language: str) -> str:
    found = re.findall(rf"^```{language} vouch\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert len(found) == 1
    return str(found[0])


ASKED = json.dumps(json.dumps(CUSTOMER))
PYTHON = [sys.executable, "-c", f"{sample('python')}\nprint(vouch(json.loads({ASKED})))"]
NODE = [
    str(ROOT / "requirements" / "node.sh"),
    *("node", "-e", f"{sample('js')}\nconsole.log(vouch({json.dumps(CUSTOMER)}))"),
]


@pytest.mark.parametrize("command", [PYTHON, NODE], ids=["python", "node"])
def test_what_a_sample_signs_is_taken(command: list[str]):
    keys = {"FRONTDESK_KEY": KEY, "FRONTDESK_KEY_SECRET": VOUCHING.secret_of(MAIN, KEY)}
    state = State(MAIN)
    state.vouch_keys.put(KEY, VouchKey(KEY, "Web shop", 0))

    said = subprocess.run(command, env=os.environ | keys, capture_output=True, check=True).stdout

    now_ms = time.time_ns() // 1_000_000
    vouch = asyncio.run(VOUCHING.read(state, said.decode().strip(), now_ms))
    assert vouch == Vouch(KEY, CUSTOMER["id"], CUSTOMER["name"], CUSTOMER["email"])
