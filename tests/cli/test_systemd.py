"""What systemd hands over and what it is told, by its own rules: sd_listen_fds(3), sd_notify(3)."""

import asyncio
import fcntl
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from frontdesk.cli import systemd
from frontdesk.cli.address import as_passed, listens_at
from frontdesk.cli.stops import StopForSetting
from frontdesk.cli.systemd import NOBODY, Supervisor, passed
from frontdesk.config import load

FAR_UP = 800


def environment(count: str, *, pid: int | None = None, names: str = "") -> dict[str, str]:
    return {
        "LISTEN_PID": str(pid or os.getpid()),
        "LISTEN_FDS": count,
        "LISTEN_FDNAMES": names,
        "HOME": "stays",
    }


def opened(monkeypatch: pytest.MonkeyPatch, *ours: socket.socket) -> dict[str, str]:
    """What is said to a process that these are passed to, at the numbers that they have here."""
    # Far up, where no file that was closed has left a gap between two.
    copies = [fcntl.fcntl(one, fcntl.F_DUPFD, FAR_UP + at) for at, one in enumerate(ours)]
    assert copies == list(range(copies[0], copies[0] + len(copies))), "numbers in a row"
    monkeypatch.setattr(systemd, "FIRST", copies[0])
    return environment(str(len(copies)), names=":".join(["desk"] * len(copies)))


@pytest.fixture
def port() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


@pytest.fixture
def file(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as made:
        path = tmp_path / "desk.sock"
        made.bind(str(path))
        path.chmod(0o660)
        made.listen()
        yield made


def test_a_process_that_is_passed_nothing_has_no_sockets():
    assert passed({}) == []


def test_what_was_passed_to_another_process_is_not_ours_and_is_forgotten():
    said = environment("1", pid=os.getpid() + 1)

    assert passed(said) == []
    assert said == {"HOME": "stays"}


def test_a_socket_that_is_passed_is_the_one_that_listens(
    monkeypatch: pytest.MonkeyPatch, port: socket.socket
):
    said = opened(monkeypatch, port)

    [ours] = passed(said)

    with ours:
        assert ours.getsockname() == port.getsockname()
        assert not ours.get_inheritable()
        assert said == {"HOME": "stays"}
        here = as_passed(load({}, {}), [ours])
        assert listens_at(here, [ours]) == f"http://127.0.0.1:{port.getsockname()[1]}"


def test_a_proxy_that_comes_by_a_passed_file_is_believed_as_by_one_of_ours(
    monkeypatch: pytest.MonkeyPatch, file: socket.socket
):
    [ours] = passed(opened(monkeypatch, file))

    with ours:
        config = as_passed(load({"trusted_proxies": "10.0.0.5"}, {}), [ours])
        assert listens_at(config, [ours]) == f"unix:{file.getsockname()}"
        assert "127.0.0.1/32" in map(str, config.proxies)


def test_a_certificate_does_not_go_with_a_passed_file(file: socket.socket):
    config = load({"tls_cert": "cert.pem", "tls_key": "key.pem"}, {})

    with pytest.raises(StopForSetting, match="Leave out --tls-cert"):
        as_passed(config, [file])


@pytest.mark.parametrize("count", ["", "0", "-1", "two", "17", "1" * 5_000, "²"])
def test_a_number_of_sockets_that_is_none_is_told(count: str):
    with pytest.raises(StopForSetting, match="not the number of sockets"):
        passed(environment(count))


def test_a_file_that_is_no_socket_is_told(monkeypatch: pytest.MonkeyPatch):
    read, write = os.pipe()
    monkeypatch.setattr(systemd, "FIRST", read)
    try:
        with pytest.raises(StopForSetting, match=r"\(desk\) was passed.*is no socket"):
            passed(environment("1", names="desk"))
    finally:
        os.close(read)
        os.close(write)


def test_a_file_that_is_not_open_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(systemd, "FIRST", 1_000_000)

    with pytest.raises(StopForSetting, match=r"\(without a name\) was passed"):
        passed(environment("1"))


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_socket_that_does_not_listen_is_told(monkeypatch: pytest.MonkeyPatch, kind: int):
    with socket.socket(socket.AF_INET, kind) as deaf:
        said = opened(monkeypatch, deaf)

        with pytest.raises(StopForSetting, match="Accept=no"):
            passed(said)


def test_a_file_beside_a_port_is_refused_since_all_would_be_believed(
    monkeypatch: pytest.MonkeyPatch, port: socket.socket, file: socket.socket
):
    said = opened(monkeypatch, port, file)

    with pytest.raises(StopForSetting, match="has to be the only one"):
        passed(said)


@pytest.mark.parametrize("mode", [0o666, 0o662, 0o777])
def test_a_file_that_everybody_may_open_is_refused_since_all_would_be_believed(
    monkeypatch: pytest.MonkeyPatch, file: socket.socket, mode: int
):
    Path(file.getsockname()).chmod(mode)
    said = opened(monkeypatch, file)

    with pytest.raises(StopForSetting, match="SocketMode=0660") as stop:
        passed(said)
    assert stop.value.exit_code == 3


def test_a_file_that_is_out_of_sight_is_refused(
    monkeypatch: pytest.MonkeyPatch, file: socket.socket
):
    Path(file.getsockname()).unlink()
    said = opened(monkeypatch, file)

    with pytest.raises(StopForSetting, match="cannot be seen who may open it"):
        passed(said)


def test_a_unix_socket_without_a_file_is_refused_since_anybody_may_connect(
    monkeypatch: pytest.MonkeyPatch,
):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as made:
        made.bind(f"\0frontdesk-test-{os.getpid()}")
        made.listen()
        said = opened(monkeypatch, made)

        with pytest.raises(StopForSetting, match="is no file"):
            passed(said)


# --- what is told -------------------------------------------------------------------------------


@pytest.fixture(params=["file", "name"])
def hears(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    """A socket of systemd's, and how it is called in the environment."""
    by_name = request.param == "name"
    address = f"@frontdesk-{os.getpid()}" if by_name else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as made:
        made.bind("\0" + address[1:] if by_name else address)
        made.settimeout(10)
        yield made, address


def test_systemd_is_told_how_it_goes(hears: tuple[socket.socket, str]):
    line, address = hears
    said = {"NOTIFY_SOCKET": address, "HOME": "stays"}
    supervisor = Supervisor.of(said)

    supervisor.is_starting("Reading.")
    supervisor.is_ready("http://localhost:8420")
    supervisor.is_reloading()
    supervisor.is_ending()

    assert said == {"HOME": "stays"}
    assert line.recv(500) == b"STATUS=Reading."
    assert line.recv(500) == b"READY=1\nSTATUS=Ready: http://localhost:8420"
    reloading, _, at = line.recv(500).decode().partition("\nMONOTONIC_USEC=")
    assert reloading == "RELOADING=1"
    assert int(at) > 0
    assert line.recv(500).startswith(b"STOPPING=1\n")


async def test_systemd_hears_again_and_again_that_we_live(hears: tuple[socket.socket, str]):
    line, address = hears
    said = {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "20000", "WATCHDOG_PID": str(os.getpid())}
    lives = asyncio.create_task(Supervisor.of(said).reassure())

    for _ in range(3):
        assert await asyncio.to_thread(line.recv, 500) == b"WATCHDOG=1"

    lives.cancel()


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"WATCHDOG_USEC": "20000", "WATCHDOG_PID": "1"},
        {"WATCHDOG_USEC": "0"},
        {"WATCHDOG_USEC": "soon"},
        {"WATCHDOG_USEC": "-5"},
        {"WATCHDOG_USEC": "20000", "NOTIFY_SOCKET": ""},
    ],
)
async def test_nobody_is_reassured_who_has_not_asked(said: dict[str, str]):
    async with asyncio.timeout(5):
        await Supervisor.of({"NOTIFY_SOCKET": "/nowhere"} | said).reassure()


@pytest.mark.parametrize("address", ["/nowhere/notify", "/" + 200 * "x"])
def test_a_server_goes_on_where_nobody_hears_it_and_says_so_once(address: str):
    supervisor = Supervisor.of({"NOTIFY_SOCKET": address})

    with capture_logs() as told:
        supervisor.is_ready("here")
        supervisor.is_ending()

    assert [one["log_level"] for one in told] == ["warning"]


@pytest.mark.parametrize("address", ["", "relative", "vsock:2:1234"])
def test_an_address_that_is_none_is_nobody(address: str):
    assert not Supervisor.of({"NOTIFY_SOCKET": address})
    assert not NOBODY
