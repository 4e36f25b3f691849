"""Identities: ULIDs for runs, text ids for tasks, request ids."""

import datetime
import random
from collections.abc import Callable

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TIME_CHARS, _RANDOM_BITS = 10, 80

IdSource = Callable[[], str]


def ulid(moment: datetime.datetime, rng: random.Random) -> str:
    """A 26-character ULID: 48 bits of milliseconds, 80 random bits, Crockford base 32. Sorts by time."""
    number = (int(moment.timestamp() * 1000) << _RANDOM_BITS) | rng.getrandbits(_RANDOM_BITS)
    return _encode(number, _TIME_CHARS + _RANDOM_BITS // 5)


def _encode(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 32)
        digits.append(CROCKFORD[digit])
    return "".join(reversed(digits))


def is_ulid_prefix(text: str) -> bool:
    """True for text that may begin a ULID; case does not matter."""
    return 0 < len(text) <= _TIME_CHARS + _RANDOM_BITS // 5 and all(c in CROCKFORD for c in text.upper())


def task_id(run_id: str, index: int) -> str:
    """The public id of a task: run id, slash, index from 0."""
    return f"{run_id}/{index}"
