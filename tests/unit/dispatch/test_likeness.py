"""Which test a few words mean: certain only when no other could be meant."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaemon.dispatch.likeness import SHOWN, likeness
from oodaemon.model.runs import SavedTest

NOW = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
NAMES = (
    *("Late Morning Iron Condor", "Grouped Iron Condor", "Tuesday Condor", "Hump Day v1", "Hump Day v12", "Hump Day v1 (copy)"),
    *("Iron Fly", "Iron-Fly 2", "Weekly Put Spread 7DTE", "Ωmega Straddle"),
)


def saved(*names: str) -> list[SavedTest]:
    return [SavedTest(f"id{n}", name, f"/test/id{n}", NOW) for n, name in enumerate(names)]


KNOWN = saved(*NAMES)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("late morning", "Late Morning Iron Condor"),
        ("condor late", "Late Morning Iron Condor"),
        ("LATE-MORNING iron condor", "Late Morning Iron Condor"),
        ("group", "Grouped Iron Condor"),
        ("iron fly", "Iron Fly"),
        ("iron.fly", "Iron Fly"),
        ("fly 2", "Iron-Fly 2"),
        ("hump day v12", "Hump Day v12"),
        ("hump v1 copy", "Hump Day v1 (copy)"),
        ("7dte", "Weekly Put Spread 7DTE"),
        ("ωmega", "Ωmega Straddle"),
    ],
)
def test_words_that_only_one_name_has_are_certain(words: str, meant: str) -> None:
    found = likeness(words, KNOWN)
    assert found.certain is not None
    assert (found.certain.name, found.candidates) == (meant, ())


@pytest.mark.parametrize(
    ("words", "candidates"),
    [
        ("condor", {"Late Morning Iron Condor", "Grouped Iron Condor", "Tuesday Condor"}),
        ("iron condor", {"Late Morning Iron Condor", "Grouped Iron Condor"}),
        ("v1", {"Hump Day v1", "Hump Day v1 (copy)"}),
        ("hump", {"Hump Day v1", "Hump Day v12", "Hump Day v1 (copy)"}),
    ],
)
def test_words_of_several_names_fit_all_of_them(words: str, candidates: set[str]) -> None:
    found = likeness(words, KNOWN)
    assert (found.certain, found.fits) == (None, True)
    assert {test.name for test in found.candidates} == candidates


@pytest.mark.parametrize(
    ("words", "near"),
    [("thursday condor", "Tuesday Condor"), ("late mornin iron condr", "Late Morning Iron Condor"), ("hump day v3", "Hump Day v1")],
)
def test_a_similar_name_is_shown_and_never_certain(words: str, near: str) -> None:
    found = likeness(words, KNOWN)
    assert (found.certain, found.fits) == (None, False)
    assert near in {test.name for test in found.candidates}
    assert len(found.candidates) <= SHOWN


def test_a_slip_is_not_certain_even_when_there_is_one_test_only() -> None:
    only = saved("Tuesday Condor")
    assert likeness("thursday condor", only).certain is None
    assert likeness("tue", only).certain is only[0]


@pytest.mark.parametrize("words", ["day v12", "hump 2024", "202"])
def test_a_version_is_not_the_beginning_of_another(words: str) -> None:
    assert likeness(words, saved("Hump Day v123", "Hump Day 20245")).certain is None


@pytest.mark.parametrize("words", ["", "  ", "-", "q", "xylophone", "12", "v2"])
def test_what_is_like_nothing_means_nothing(words: str) -> None:
    assert likeness(words, saved("Iron Fly", "Late Condor")).certain is None
    assert likeness(words, []) == likeness("", [])


def test_two_tests_of_one_name_are_never_certain() -> None:
    twins = saved("Iron Fly", "iron  fly")
    assert likeness("fly", twins).candidates == tuple(twins)


def test_an_alias_is_a_name_too() -> None:
    mine = SavedTest("a", "Hump Day v1", "/test/a", NOW, alias="camel")
    assert likeness("cam", [mine, *KNOWN]).certain is mine


@given(st.lists(st.text("abc 12-", min_size=1, max_size=12), max_size=6, unique=True), st.text("abc 12-", max_size=8))
def test_what_is_certain_has_every_word_or_its_beginning_and_nobody_else_has_all_words(names: list[str], words: str) -> None:
    known = saved(*names)
    found = likeness(words, known)
    assert not (found.certain and found.candidates)
    if found.certain is None:
        return
    asked = words.replace("-", " ").split()

    def has_all(test: SavedTest) -> bool:
        return set(asked) <= set(test.name.replace("-", " ").split())

    def is_same(test: SavedTest) -> bool:
        return test.name.replace("-", " ").split() == asked

    assert all(any(part.startswith(word) for part in found.certain.name.replace("-", " ").split()) for word in asked)
    assert is_same(found.certain) or not any(has_all(test) for test in known if test is not found.certain)
