import asyncio
import os
import sys
import threading

import pytest
from argon2 import PasswordHasher

from frontdesk.desk.refusals import Reason, Refused
from frontdesk.web.passwords import NICENESS, PASSWORD_BYTES_MOST, Passwords

PASSWORD = "correct horse"

# As cheap as the library allows: the tests are about what is done, not how long it takes.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def passwords():
    made = Passwords(CHEAP)
    yield made
    made.close()


class Stopped(PasswordHasher):
    """Hashes when it is told to, and counts."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.begun, self.go = threading.Event(), threading.Event()
        self.verified: list[str | bytes] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        self.verified.append(hash)
        self.begun.set()
        assert self.go.wait(10)
        return super().verify(hash, password)


async def test_the_right_password_fits_and_a_wrong_one_does_not(passwords: Passwords):
    kept = await passwords.hash(PASSWORD)

    assert kept.startswith("$argon2id$")
    assert await passwords.verify(kept, PASSWORD)
    assert not await passwords.verify(kept, PASSWORD + " ")


async def test_accents_fit_whichever_keyboard_typed_them(passwords: Passwords):
    kept = await passwords.hash("caf\u00e9 au lait")

    assert await passwords.verify(kept, "cafe\u0301 au lait")


async def test_an_unknown_name_is_hashed_for_like_a_known_one():
    hasher = Stopped()
    hasher.go.set()
    passwords = Passwords(hasher)

    assert not await passwords.verify(None, PASSWORD)

    [unknown] = hasher.verified
    parameters = CHEAP.hash(PASSWORD).split("$")[:4]
    assert isinstance(unknown, str)
    assert unknown.split("$")[:4] == parameters
    assert len(unknown) == len(CHEAP.hash(PASSWORD))


async def test_the_unknown_name_costs_as_much_with_the_parameters_of_a_real_desk():
    strong = PasswordHasher()
    assert not Passwords().needs_rehash(Passwords(strong)._nobodys)


@pytest.mark.parametrize("password", ["", "9 letters", "x" * 257, "\udc80 surrogate"])
async def test_a_new_password_has_a_length_and_is_unicode(passwords: Passwords, password: str):
    with pytest.raises(Refused) as refused:
        await passwords.hash(password)

    assert refused.value.reason is Reason.PASSWORD_NOT_ALLOWED


@pytest.mark.parametrize("password", ["0123456789", "€" * 256, "correct\nhorse"])
async def test_any_character_may_be_in_a_new_password(passwords: Passwords, password: str):
    assert await passwords.verify(await passwords.hash(password), password)


@pytest.mark.parametrize("password", ["x" * (PASSWORD_BYTES_MOST + 1), "\udc80 surrogate"])
async def test_what_can_be_nobodys_password_is_not_hashed(password: str):
    hasher = Stopped()

    assert not await Passwords(hasher).verify(CHEAP.hash(PASSWORD), password)
    assert not hasher.verified


async def test_a_flood_of_sign_ins_is_told_to_come_back():
    hasher = Stopped()
    passwords = Passwords(hasher, hashing_most=1, waiting_most=1)
    kept = CHEAP.hash(PASSWORD)
    accepted = [asyncio.create_task(passwords.verify(kept, PASSWORD)) for _ in range(2)]
    await asyncio.to_thread(hasher.begun.wait, 10)

    with pytest.raises(Refused) as refused:
        await passwords.verify(kept, PASSWORD)

    assert refused.value.reason is Reason.OVERLOADED
    assert refused.value.retry_after_ms > 0
    hasher.go.set()
    assert await asyncio.gather(*accepted) == [True, True]
    assert await passwords.verify(kept, PASSWORD)


async def test_whoever_hangs_up_leaves_the_queue_but_not_the_thread():
    hasher = Stopped()
    passwords = Passwords(hasher, hashing_most=1, waiting_most=0)
    kept = CHEAP.hash(PASSWORD)
    gone = asyncio.create_task(passwords.verify(kept, PASSWORD))
    await asyncio.to_thread(hasher.begun.wait, 10)
    gone.cancel()
    await asyncio.wait([gone])

    with pytest.raises(Refused):
        await passwords.verify(kept, PASSWORD)

    hasher.go.set()


async def test_a_weaker_hash_of_old_is_known(passwords: Passwords):
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, hash_len=16).hash(PASSWORD)

    assert passwords.needs_rehash(old)
    assert not passwords.needs_rehash(await passwords.hash(PASSWORD))


async def test_known_devices_have_places_of_their_own_and_go_before_strangers():
    hasher = Stopped()
    passwords = Passwords(hasher, hashing_most=1, waiting_most=3, first_most=1)
    kept, owners = CHEAP.hash(PASSWORD), CHEAP.hash("owner")
    flood = [asyncio.create_task(passwords.verify(kept, "wrong")) for _ in range(10)]
    await asyncio.to_thread(hasher.begun.wait, 10)

    known = [asyncio.create_task(passwords.verify(owners, "owner", first=True)) for _ in range(2)]
    # Their own places are bounded too.
    [refused], [waiting] = await asyncio.wait(known, return_when=asyncio.FIRST_COMPLETED)
    assert isinstance(refused.exception(), Refused)

    hasher.go.set()
    assert await waiting
    told = await asyncio.gather(*flood, return_exceptions=True)
    assert sum(isinstance(one, Refused) for one in told) == 6
    assert hasher.verified == [kept, owners, kept, kept, kept]


async def test_who_waits_when_it_ends_is_let_go():
    hasher = Stopped()
    passwords = Passwords(hasher, hashing_most=1)
    kept = CHEAP.hash(PASSWORD)
    tasks = [asyncio.create_task(passwords.verify(kept, PASSWORD)) for _ in range(3)]
    await asyncio.to_thread(hasher.begun.wait, 10)

    passwords.close()
    hasher.go.set()

    done, dropped, too = await asyncio.gather(*tasks, return_exceptions=True)
    assert done is True
    assert isinstance(dropped, asyncio.CancelledError)
    assert isinstance(too, asyncio.CancelledError)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a niceness is a process's")
async def test_hashing_runs_when_nobody_else_wants_to(passwords: Passwords):
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    assert await passwords._run(niceness) == NICENESS
    assert niceness() < NICENESS
