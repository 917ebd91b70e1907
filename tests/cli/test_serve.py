"""The server as an operator starts it: a process of its own."""

import os
import re
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.certificates import Authority
from tests.load import promised

pytestmark = pytest.mark.e2e

FRONTDESK = Path(sys.executable).with_name("frontdesk")
PASSWORD = "correct horse"
DESK = "/api/v1/desks/main"

# A start on a slow machine. Nothing waits for it to pass.
PATIENCE_S = 30


class Running:
    """A server that has said where it is."""

    def __init__(self, home: Path, *options: str, at: str = r"https?://\S+") -> None:
        self.home = home
        self.process = subprocess.Popen(
            [FRONTDESK, *options],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        found = re.search(at, self.line)
        assert found, self.process.communicate()[1]
        self.url = found[0]

    @property
    def environment(self) -> dict[str, str]:
        return {"HOME": str(self.home), "PATH": os.environ["PATH"]}

    def types(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [FRONTDESK, *words],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    def ends(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """The exit code, and what was said on stderr."""
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, said


@contextmanager
def running(home: Path, *options: str) -> Iterator[Running]:
    server = Running(home, "--port", "0", *options)
    try:
        yield server
    finally:
        server.process.kill()
        server.process.communicate()


@contextmanager
def agent(server: Running, name: str) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server.url, timeout=PATIENCE_S) as client:
        body = {"username": name, "password": PASSWORD}
        answer = client.post("/api/v1/session", json=body)
        assert answer.status_code == 201, answer.text
        yield client


def test_accounts_are_made_and_shut_out_while_the_server_runs(tmp_path: Path):
    with running(tmp_path) as server:
        made = server.types("user", "add", "Ida", "--password-stdin", stdin=PASSWORD)
        assert made.returncode == 0, made.stderr
        with agent(server, "Ida") as ida:
            # The desk itself knows her within a tenth of a second.
            give_up = time.monotonic() + PATIENCE_S
            while ida.get(f"{DESK}/state").status_code != 200:
                assert time.monotonic() < give_up
            place = ida.get(f"{DESK}/state").json()["id"]

            def listens_until_shut_out(since: str) -> None:
                # She hears first that she is there herself.
                while True:
                    events = ida.get(f"{DESK}/listen?wait=50&since={since}").json()
                    if events[-1]["type"] == "welcome":
                        return
                    since = events[-1]["id"]

            with ThreadPoolExecutor(1) as thread:
                listens = thread.submit(listens_until_shut_out, place)
                assert server.types("user", "disable", "Ida").returncode == 0
                listens.result(PATIENCE_S)

            assert ida.get(f"{DESK}/state").status_code == 401
            assert ida.post(f"{DESK}/assist", json={}).status_code == 401
        code, said = server.ends()
        assert code == 0, said
        assert "Traceback" not in said


def test_the_first_start_says_how_to_make_an_account_and_the_second_does_not(tmp_path: Path):
    with running(tmp_path) as server:
        assert server.line.startswith("Frontdesk is ready: http://127.0.0.1:")
        code, said = server.ends()
        assert code == 0
        assert "user add NAME --role admin" in said
        assert "--data-dir" not in said
        assert f"{server.url}/console#/welcome/" in said
    assert server.types("user", "add", "Ida", "--password-stdin", stdin=PASSWORD).returncode == 0

    with running(tmp_path) as server:
        said = server.ends(signal.SIGINT)[1]
        assert "user add" not in said
        assert "welcome" not in said


def link_told(server: Running) -> str:
    """The secret of the link that is told at the start."""
    assert server.process.stderr is not None
    for line in server.process.stderr:
        if "#/welcome/" in line:
            return line.strip().rpartition("/")[2]
    raise AssertionError("no link is told")


def test_the_link_that_a_start_tells_makes_the_first_admin_and_is_kept_nowhere(tmp_path: Path):
    with running(tmp_path) as server, httpx2.Client(base_url=server.url) as client:
        secret = link_told(server)
        body = {"invite": secret, "password": PASSWORD, "username": "Ada", "title": "Tea"}
        answer = client.post("/api/v1/accept", json=body)
        assert answer.status_code == 201, answer.text
        assert client.get("/api/v1/accounts").json()[0]["user"] == "Ada"
        assert client.post("/api/v1/welcome", json={"invite": secret}).status_code == 404
        _, said = server.ends()

    assert secret not in said
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or secret.encode() not in path.read_bytes(), path


def test_the_link_that_a_start_tells_is_void_once_the_command_line_has_made_an_account(
    tmp_path: Path,
):
    with running(tmp_path) as server:
        secret = link_told(server)
        made = server.types("user", "add", "Ida", "--password-stdin", stdin=PASSWORD)
        assert made.returncode == 0, made.stderr

        # At once: also where the server has not heard of it yet.
        body = {"invite": secret, "password": PASSWORD, "username": "Eve"}
        answer = httpx2.post(f"{server.url}/api/v1/accept", json=body)

        assert answer.status_code == 404, answer.text


def test_a_second_server_on_the_same_folder_is_refused(tmp_path: Path):
    with running(tmp_path) as server:
        for port in ("0", server.url.rpartition(":")[2]):
            second = server.types("--port", port)

            assert second.returncode == 1
            assert f"(process {server.process.pid}, at {server.url})" in second.stderr
            assert second.stdout == ""


def test_a_start_on_a_taken_port_leaves_no_folder(tmp_path: Path):
    with running(tmp_path / "one") as server:
        folder = tmp_path / "two"
        port = server.url.rpartition(":")[2]
        second = server.types("--port", port, "--data-dir", str(folder))

        assert second.returncode == 1
        assert f"Port {port} on 127.0.0.1 is taken" in second.stderr
        assert not folder.exists()


def test_a_server_that_keeps_nothing_says_how_to_sign_in(tmp_path: Path):
    with running(tmp_path, "--memory") as server:
        assert server.process.stderr is not None
        said = server.process.stderr.readline()
        found = re.search(r"as (\S+) with (\S+)\.$", said.strip())
        assert found, said
        body = {"username": found[1], "password": found[2]}
        answer = httpx2.post(f"{server.url}/api/v1/session", json=body)

        assert answer.status_code == 201
        assert server.ends()[0] == 0
    assert not list(tmp_path.rglob("*"))


def test_fifty_open_polls_do_not_hold_up_the_end(tmp_path: Path):
    with running(tmp_path) as server, ThreadPoolExecutor(50) as threads:
        body = {"username": "Ana", "question": "Where is it?"}
        # When the poll began that each of them has open.
        since_s: dict[int, float] = {}

        def polls(n: int) -> None:
            with httpx2.Client(base_url=server.url, timeout=PATIENCE_S) as client:
                guest = client.post(f"{DESK}/identify", json=body | {"username": f"Ana {n}a"})
                assert guest.status_code == 201, guest.text
                headers = {"Authorization": f"Bearer {guest.json()['token']}"}
                since = client.get(f"{DESK}/state", headers=headers).json()["id"]
                # The queue moves while the others arrive; the last poll is the one that waits.
                while True:
                    since_s[n] = time.monotonic()
                    answer = client.get(f"{DESK}/listen?wait=50&since={since}", headers=headers)
                    since = next(e["id"] for e in reversed(answer.json()) if "id" in e)
                    if answer.headers.get("connection") == "close":
                        return

        asked = [threads.submit(polls, n) for n in range(50)]
        give_up = time.monotonic() + PATIENCE_S
        # None of them asks just now: what is on its way as the server ends may meet no server.
        while len(since_s) < 50 or max(since_s.values()) > time.monotonic() - promised(1):
            assert time.monotonic() < give_up
            assert httpx2.get(f"{server.url}/healthz").status_code == 200
        began = time.monotonic()
        code, said = server.ends()

        assert time.monotonic() - began < promised(1)
        assert code == 0, said
        for poll in asked:
            poll.result(PATIENCE_S)


def test_the_rates_of_the_server_hold_for_who_comes_through_no_proxy(tmp_path: Path):
    rates = ("--address-rate", "60", "--sign-in-rate", "1", "--trusted-proxies", "10.0.0.1")
    with running(tmp_path, "--memory", *rates) as server:
        tried = [
            httpx2.post(
                f"{server.url}/api/v1/session",
                json={"username": f"Clerk {number}", "password": PASSWORD},
            )
            for number in range(6)
        ]
        assert [answer.status_code for answer in tried] == [401] * 5 + [429]
        assert 30 < int(tried[-1].headers["retry-after"]) <= 60

        asked = [httpx2.get(f"{server.url}{DESK}/waittime").status_code for _ in range(50)]
        assert 429 in asked


# --- in front of the world ----------------------------------------------------------------------


def said_by(server: Running, beginning: str) -> str:
    """The next line on stderr that begins so."""
    assert server.process.stderr is not None
    while line := server.process.stderr.readline():
        if line.startswith(beginning):
            return line
    raise AssertionError(f"no line begins with {beginning!r}")


def shown(url: str) -> str:
    """The certificate that the server shows."""
    host, _, port = url.removeprefix("https://").rpartition(":")
    return ssl.get_server_certificate((host, int(port)), timeout=PATIENCE_S)


def test_a_renewed_certificate_is_shown_after_a_hang_up_and_a_bad_one_never(tmp_path: Path):
    authority = Authority(tmp_path)
    pair = authority.issue()
    flags = ("--tls-cert", str(pair.cert), "--tls-key", str(pair.key))
    with running(tmp_path, "--memory", *flags) as server:
        assert server.url.startswith("https://127.0.0.1:")
        first = shown(server.url)
        authority.issue()
        server.process.send_signal(signal.SIGHUP)
        assert "was read again" in said_by(server, "{")
        second = shown(server.url)
        pair.cert.write_text("none")
        server.process.send_signal(signal.SIGHUP)
        assert "stays the old one" in said_by(server, "{")

        assert first != second == shown(server.url)
        trust = ssl.create_default_context(cafile=authority.roots)
        assert httpx2.get(f"{server.url}/healthz", verify=trust).status_code == 200
        assert server.ends()[0] == 0


def test_a_start_says_what_browsers_will_not_like_and_goes_on(tmp_path: Path):
    pair = Authority(tmp_path).issue(days=(-2, -1))
    flags = ("--tls-cert", str(pair.cert), "--tls-key", str(pair.key))
    with running(tmp_path, "--memory", *flags) as server:
        assert "has expired" in server.ends()[1]


def test_a_start_with_a_certificate_that_is_none_leaves_no_folder(tmp_path: Path):
    with running(tmp_path / "one", "--memory") as server:
        data = tmp_path / "two"
        flags = ("--tls-cert", str(tmp_path), "--tls-key", str(tmp_path))
        second = server.types("--data-dir", str(data), *flags)

        assert second.returncode == 3
        assert second.stderr.startswith(
            f"Error: --tls-cert names {tmp_path}, but it cannot be read"
        )
        assert not data.exists()


def test_the_name_that_the_world_has_is_what_people_are_told(tmp_path: Path):
    with running(tmp_path, "--memory", "--base-url", "https://desk.example") as server:
        assert server.line == "Frontdesk is ready: https://desk.example\n"
        listens = said_by(server, "It listens at ").split()[-1]

        assert httpx2.get(listens).json()["url"] == "https://desk.example"


@pytest.mark.parametrize(
    ("flags", "link"),
    [
        (("--base-url", "https://desk.example"), "https://desk.example/console#/welcome/"),
        (("--uds", "desk.sock"), "https://NAME-OF-THE-PROXY/console#/welcome/"),
    ],
)
def test_the_first_link_begins_as_browsers_have_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: tuple[str, ...], link: str
):
    monkeypatch.chdir(tmp_path)
    port = () if "--uds" in flags else ("--port", "0")
    server = Running(tmp_path, *port, *flags, at=r"\S+$")
    try:
        assert f"    {link}" in server.ends()[1]
    finally:
        server.process.kill()
        server.process.communicate()


def test_a_proxy_on_a_socket_file_is_believed_and_the_file_is_gone_at_the_end(tmp_path: Path):
    path = tmp_path / "desk.sock"
    flags = ("--uds", str(path))
    with connected(tmp_path, *flags) as (server, client):
        password = said_by(server, "Nothing is kept.").strip().rstrip(".").split()[-1]
        body = {"username": "Admin", "password": password}
        proxy = {"x-forwarded-for": "192.0.2.7", "x-forwarded-proto": "https"}

        answer = client.post("https://desk.example/api/v1/session", json=body, headers=proxy)
        assert answer.headers["set-cookie"].startswith("__Host-frontdesk=")
        plain = client.post("http://desk.example/api/v1/session", json=body)
        assert plain.json()["code"] == "insecure_connection"

        second = server.types("--memory", *flags)
        assert second.returncode == 1
        assert f"Somebody listens on {path}" in second.stderr
        assert server.ends()[0] == 0
    assert not path.exists()


def test_the_socket_file_of_a_server_that_was_killed_is_replaced(tmp_path: Path):
    path = tmp_path / "desk.sock"
    with connected(tmp_path, "--uds", str(path)) as (server, _):
        server.process.kill()
        server.process.wait()
    assert path.exists()

    with connected(tmp_path, "--uds", str(path)) as (_, client):
        assert client.get("http://desk.example/healthz").status_code == 200


@contextmanager
def connected(home: Path, *options: str) -> Iterator[tuple[Running, httpx2.Client]]:
    """A server on a socket file that keeps nothing, and what a proxy has to it."""
    path = options[options.index("--uds") + 1]
    server = Running(home, "--memory", *options, at=r"unix:\S+")
    try:
        assert server.url == f"unix:{path}"
        transport = Plain(path)
        with httpx2.Client(transport=transport, timeout=PATIENCE_S) as client:
            yield server, client
    finally:
        server.process.kill()
        server.process.communicate()


class Plain(httpx2.HTTPTransport):
    """As a proxy that ends TLS: an https address is asked for over the plain socket."""

    def __init__(self, path: str) -> None:
        super().__init__(uds=path)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.url = request.url.copy_with(scheme="http")
        return super().handle_request(request)
