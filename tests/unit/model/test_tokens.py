"""Tokens: what they look like, and that only the right one at the right time is one."""

import datetime
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaemon.model.tokens import ENTROPY, PREFIX, Scope, Token, digest_of, find, is_name, text_of

NOW = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


def token(seed: int, *, expires: datetime.timedelta | None = None, used: datetime.timedelta | None = None) -> tuple[Token, str]:
    text = text_of(bytes([seed]) * ENTROPY)
    return (
        Token(
            name=f"t{seed}",
            scope=Scope.READ,
            digest=digest_of(text),
            created_at=NOW,
            expires_at=NOW + expires if expires else None,
            last_used_at=NOW - used if used is not None else None,
        ),
        text,
    )


@given(st.binary(min_size=ENTROPY, max_size=ENTROPY))
def test_all_of_the_chance_is_in_the_text(entropy: bytes) -> None:
    text = text_of(entropy)
    assert text.startswith(PREFIX)
    assert len(text) == len(PREFIX) + 43
    assert text_of(entropy[::-1]) != text or entropy == entropy[::-1]


@pytest.mark.parametrize("size", [0, 31, 33])
def test_less_chance_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        text_of(bytes(size))


def test_what_is_kept_is_the_digest_alone() -> None:
    kept, text = token(1)
    assert kept.digest == hashlib.sha256(text.encode()).hexdigest()
    assert text not in repr(kept)
    assert kept.digest not in repr(kept)


def test_each_is_found_among_others_and_nothing_else_is() -> None:
    found = [token(seed) for seed in range(5)]
    kept = [each for each, _ in found]
    assert [find(kept, text, NOW) for _, text in found] == kept
    _, stranger = token(9)
    for text in (
        "",
        PREFIX,
        stranger,
        found[0][1][:-1],
        found[0][1] + "A",
        f" {found[0][1]}",
        found[0][1].swapcase(),
        kept[0].digest,
    ):
        assert find(kept, text, NOW) is None


def test_one_that_expired_is_none() -> None:
    kept, text = token(1, expires=DAY)
    assert find([kept], text, NOW + DAY - datetime.timedelta(microseconds=1)) == kept
    assert find([kept], text, NOW + DAY) is None


def test_a_use_is_news_once_an_hour() -> None:
    assert token(1)[0].is_use_news(NOW)
    assert not token(1, used=datetime.timedelta(minutes=59))[0].is_use_news(NOW)
    assert token(1, used=datetime.timedelta(hours=1))[0].is_use_news(NOW)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("laptop", True), ("ci.example-2_x", True), ("", False), ("-x", False), ("a b", False), ("x" * 33, False), ("é", False)],
)
def test_names(name: str, expected: bool) -> None:
    assert is_name(name) is expected
