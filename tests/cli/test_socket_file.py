"""The socket file: made for owner and group, taken over from the dead alone, gone at the end."""

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from frontdesk.cli.address import is_for_this_machine
from frontdesk.cli.socket_file import PATH_BYTES, listening
from frontdesk.cli.stops import FAILED, WRONG_SETTING, Stop


def talks(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        return line.connect_ex(str(path)) == 0


def refused(path: Path) -> Stop:
    with pytest.raises(Stop) as stop, listening(path, 5):
        pass
    return stop.value


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk.sock"


def test_it_is_for_owner_and_group_and_gone_at_the_end(path: Path):
    mask = os.umask(0o022)
    os.umask(mask)

    with listening(path, 5) as made:
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
        assert talks(path)
        assert is_for_this_machine([made])

    assert not path.exists()
    assert os.umask(mask) == mask


def test_one_that_a_dead_server_left_is_replaced(path: Path):
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    assert path.exists()
    assert not talks(path)

    with listening(path, 5):
        assert talks(path)


def test_one_on_which_somebody_listens_is_left_alone(path: Path):
    with listening(path, 5):
        stop = refused(path)

        assert talks(path)
    assert stop.exit_code == FAILED
    assert stop.message.startswith(f"Somebody listens on {path}")


def test_a_busy_server_is_not_taken_for_a_dead_one(path: Path):
    with listening(path, 0):
        lines = [socket.socket(socket.AF_UNIX) for _ in range(4)]
        for line in lines:
            line.setblocking(False)
            line.connect_ex(str(path))

        assert refused(path).message.startswith(f"Somebody listens on {path}")

        for line in lines:
            line.close()
    assert not path.exists()


@pytest.mark.parametrize(
    "make",
    [Path.mkdir, lambda path: path.write_text("mine"), lambda path: path.symlink_to("/dev/null")],
)
def test_what_is_no_socket_is_left_as_it_is(path: Path, make: Callable[[Path], object]):
    make(path)
    before = path.lstat()

    stop = refused(path)

    assert stop.exit_code == WRONG_SETTING
    assert "is no socket. It was left as it is" in stop.message
    assert path.lstat() == before


def test_a_folder_that_is_not_there_and_a_path_that_is_too_long_are_told(tmp_path: Path):
    assert "No such file or directory" in refused(tmp_path / "none" / "desk.sock").message
    (tmp_path / "file").touch()
    assert "Not a directory" in refused(tmp_path / "file" / "desk.sock").message
    long = refused(tmp_path / ("x" * PATH_BYTES))
    assert f"takes {PATH_BYTES} bytes" in long.message
    assert long.exit_code == WRONG_SETTING


def test_the_socket_of_whoever_has_come_since_stays(path: Path):
    with listening(path, 5):
        path.rename(path.with_name("away"))
        with socket.socket(socket.AF_UNIX) as other:
            other.bind(str(path))

    assert path.exists()
