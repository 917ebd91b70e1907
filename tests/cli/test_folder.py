import errno
import os
import socket
import stat
from pathlib import Path

import pytest

from frontdesk.cli.address import bind, is_for_this_machine, url
from frontdesk.cli.folder import SECRET_BYTES, held, make_folder, secret_of
from frontdesk.cli.stops import Stop


def test_what_is_made_is_for_its_owner_alone(tmp_path: Path):
    folder = tmp_path / "share" / "frontdesk"
    make_folder(folder)
    secret_of(folder)
    with held(folder):
        files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}

    assert files == {"secret": 0o600, "lock": 0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_was_there_is_left_as_it_is(tmp_path: Path):
    tmp_path.chmod(0o750)

    make_folder(tmp_path)

    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o750


def test_the_secret_is_made_once(tmp_path: Path):
    secret = secret_of(tmp_path)

    assert len(secret) == SECRET_BYTES
    assert secret_of(tmp_path) == secret
    assert os.listdir(tmp_path) == ["secret"]


def test_of_two_who_make_the_secret_at_once_both_have_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    first = secret_of(tmp_path)
    monkeypatch.setattr(Path, "exists", lambda path: False)

    assert secret_of(tmp_path) == first
    assert os.listdir(tmp_path) == ["secret"]


def test_a_secret_that_was_cut_short_is_not_used(tmp_path: Path):
    (tmp_path / "secret").write_bytes(b"short")

    with pytest.raises(Stop, match="Restore it"):
        secret_of(tmp_path)


def test_a_second_server_is_told_who_has_the_folder(tmp_path: Path):
    with held(tmp_path):
        with pytest.raises(Stop, match=rf"\(process {os.getpid()}\).*--data-dir"), held(tmp_path):
            pytest.fail("both hold it")

    with held(tmp_path):
        pass


def test_a_free_port_is_taken_for_each_address():
    sockets = bind("localhost", 0)
    ports = {one.getsockname()[1] for one in sockets}

    assert len(ports) == 1
    assert is_for_this_machine(sockets)
    assert url("localhost", sockets) == f"http://localhost:{ports.pop()}"
    for one in sockets:
        one.close()


def test_a_port_that_is_taken_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(Stop, match=f"Port {port} on 127.0.0.1 is taken.*--port"):
            bind("127.0.0.1", port)


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_that_is_not_ours_is_told(host: str):
    with pytest.raises(Stop, match="--host"):
        bind(host, 0)


@pytest.mark.parametrize(
    ("host", "shown"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "localhost"), ("::1", "[::1]"), ("desk", "desk")],
)
def test_the_address_is_one_that_a_browser_takes(host: str, shown: str):
    [one] = bind("127.0.0.1", 0)
    with one:
        assert url(host, [one]) == f"http://{shown}:{one.getsockname()[1]}"


def test_who_holds_the_folder_need_not_be_written_down_where_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def no_space(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "pwrite", no_space)

    with held(tmp_path), pytest.raises(Stop, match="unknown"), held(tmp_path):
        pytest.fail("both hold it")


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC, errno.EACCES])
def test_a_folder_in_which_nothing_can_be_made_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
):
    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", refuse)

    for make in (secret_of, lambda folder: held(folder).__enter__()):
        with pytest.raises(Stop, match=f"{os.strerror(number)}.*Choose another folder"):
            make(tmp_path)
