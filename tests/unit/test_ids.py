"""Identities: they sort by time, differ by chance, and can be abbreviated."""

import datetime
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaemon.ids import CROCKFORD, is_ulid_prefix, task_id, ulid

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
MOMENT = datetime.datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=datetime.UTC)
MILLISECONDS = st.integers(0, 4_000_000_000_000)


class Zero(random.Random):
    """No chance at all."""

    def getrandbits(self, k: int) -> int:
        return 0


def value_of(text: str) -> int:
    number = 0
    for character in text:
        number = number * 32 + CROCKFORD.index(character)
    return number


def at(milliseconds: int) -> datetime.datetime:
    return EPOCH + datetime.timedelta(milliseconds=milliseconds)


def test_an_id_has_26_characters_of_time_and_chance() -> None:
    made = ulid(MOMENT, Zero())
    assert len(made) == 26
    assert value_of(made) == 1767323045678 << 80
    assert value_of(ulid(MOMENT, random.Random(1))) & (2**80 - 1) == random.Random(1).getrandbits(80)


def test_ids_of_one_moment_differ() -> None:
    rng = random.Random(1)
    assert len({ulid(MOMENT, rng) for _ in range(100)}) == 100


@given(MILLISECONDS, MILLISECONDS, st.integers(0, 2**32))
def test_ids_sort_by_time(first: int, second: int, seed: int) -> None:
    rng = random.Random(seed)
    earlier, later = sorted((first, second))
    if later - earlier > 1:  # a float of seconds may be a millisecond off
        assert ulid(at(earlier), rng) < ulid(at(later), rng)


@given(MILLISECONDS, st.integers(0, 2**32), st.integers(1, 26), st.booleans())
def test_every_beginning_of_an_id_is_taken_as_one(milliseconds: int, seed: int, length: int, is_lower: bool) -> None:
    beginning = ulid(at(milliseconds), random.Random(seed))[:length]
    assert is_ulid_prefix(beginning.lower() if is_lower else beginning)


@pytest.mark.parametrize("text", ["", "0" * 27, "I", "O", "L", "U", "01J-", "01 ", "é"])
def test_other_text_begins_no_id(text: str) -> None:
    assert not is_ulid_prefix(text)


def test_a_task_is_named_by_its_run_and_its_place() -> None:
    assert task_id("01J", 7) == "01J/7"
