"""Passwords, as Argon2id hashes made in a few threads.

A hash takes 64 MiB and about a fifth of a second on purpose, so a flood of sign-ins is bounded
here: beyond a short queue people are told to come back. A password must never be logged, kept or
cut short; and how long an answer takes must not tell whether the name exists.
"""

import asyncio
import base64
import contextlib
import os
import secrets
import sys
import threading
import unicodedata
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from frontdesk.desk.refusals import Reason, Refused

T = TypeVar("T")

# What is to be done, and who waits for it.
Job = tuple[Future[Any], Callable[[], Any]]

# What people choose themselves: below ten characters a stolen hash is guessed in hours; above 256
# it is a mistake, and no sentence that anybody remembers is longer.
PASSWORD_CHARS_LEAST = 10
PASSWORD_CHARS_MOST = 256
# The same in UTF-8. What is longer at sign-in can be nobody's password.
PASSWORD_BYTES_MOST = 1_024

# Hashes at once: 128 MiB in all, and on the smallest machines a core is left for the chat.
HASHING_MOST = 2
# Hashes that wait. Two at once take about 2 s for all of these; whoever comes then has given up.
WAITING_MOST = 16
# Places beside those, for people on devices on which they have signed in before: a flood from a
# thousand networks takes all the others.
FIRST_MOST = 8
# Hashing is what may wait: at the niceness of everything else a flood of sign-ins takes a machine
# with one core away from everybody's messages (measured: bench/README.md).
NICENESS = 19
# About as long as a full queue takes.
BUSY_MS = 2_000


class Passwords:
    """Hashes and checks passwords, a few at once.

    Args:
        hasher: how; the library's defaults (RFC 9106's low-memory profile) if not said.
    """

    def __init__(
        self,
        hasher: PasswordHasher | None = None,
        *,
        hashing_most: int = HASHING_MOST,
        waiting_most: int = WAITING_MOST,
        first_most: int = FIRST_MOST,
    ) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobodys = _unknown_hash(self._hasher)
        self._threads = ThreadPoolExecutor(
            hashing_most, thread_name_prefix="password", initializer=_step_back
        )
        self._first: deque[Job] = deque()
        self._others: deque[Job] = deque()
        # Taken until a thread is done with it: a client who hangs up does not stop the hashing.
        self._room = threading.BoundedSemaphore(hashing_most + waiting_most)
        self._room_for_first = threading.BoundedSemaphore(first_most)

    async def hash(self, password: str) -> str:
        """The hash to keep for a new password.

        Raises:
            Refused: PASSWORD_NOT_ALLOWED as `check_new` says; OVERLOADED.
        """
        check_new(password)
        return await self._run(lambda: self._hasher.hash(_bytes(password)))

    async def verify(self, kept: str | None, password: str, *, first: bool = False) -> bool:
        """Whether this is the password of the kept hash; always False for None.

        None (nobody of that name, or no password yet) takes as long as a wrong password does.

        Args:
            first: from somebody for whom places are kept, and who goes before the others.

        Raises:
            Refused: OVERLOADED.
        """
        try:
            typed = _bytes(password)
        except UnicodeEncodeError:
            return False
        # Said of the password alone, so it tells nothing about the name.
        if len(typed) > PASSWORD_BYTES_MOST:
            return False
        right = await self._run(lambda: self._is_right(kept or self._nobodys, typed), first=first)
        return right and kept is not None

    def needs_rehash(self, kept: str) -> bool:
        """Whether a hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(kept)

    def close(self) -> None:
        """Take no more; what has not begun is dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for future, _ in [*self._first, *self._others]:
            future.cancel()

    def _is_right(self, kept: str, typed: bytes) -> bool:
        try:
            return self._hasher.verify(kept, typed)
        except VerifyMismatchError:
            return False

    async def _run(self, job: Callable[[], T], *, first: bool = False) -> T:
        rooms = [self._room_for_first, self._room] if first else [self._room]
        room = next((one for one in rooms if one.acquire(blocking=False)), None)
        if room is None:
            raise Refused(Reason.OVERLOADED, retry_after_ms=BUSY_MS)
        future: Future[T] = Future()
        future.add_done_callback(lambda _: room.release())
        (self._first if first else self._others).append((future, job))
        self._threads.submit(self._do_next)
        return await asyncio.wrap_future(future)

    def _do_next(self) -> None:
        # There is one call of this for each job; two threads may want the last of the first.
        try:
            future, job = self._first.popleft()
        except IndexError:
            future, job = self._others.popleft()
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(job())
        except BaseException as error:
            future.set_exception(error)


def _step_back() -> None:
    """Let this thread, and those that the library begins in it, run when nobody else wants to."""
    # Elsewhere a niceness is a process's.
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


def check_new(password: str) -> None:
    """Whether somebody may choose this password.

    Raises:
        Refused: PASSWORD_NOT_ALLOWED if it is not of 10 to 256 characters, or not Unicode.
    """
    try:
        typed = _bytes(password)
    except UnicodeEncodeError:
        raise Refused(Reason.PASSWORD_NOT_ALLOWED) from None
    if not PASSWORD_CHARS_LEAST <= len(typed.decode()) <= PASSWORD_CHARS_MOST:
        raise Refused(Reason.PASSWORD_NOT_ALLOWED)


def _bytes(password: str) -> bytes:
    # One keyboard sends "é" as one code point, another as two; both mean the same (RFC 8265).
    return unicodedata.normalize("NFC", password).encode()


def _unknown_hash(hasher: PasswordHasher) -> str:
    """A hash of the hasher's own cost that no known password has. Costs nothing to make."""

    def noise(size: int) -> str:
        return base64.b64encode(secrets.token_bytes(size)).rstrip(b"=").decode()

    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${cost}${noise(hasher.salt_len)}${noise(hasher.hash_len)}"
