"""Labels for runs: the words of users, made fit for a label."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaemon.app.bests import VALUES, best_values
from oodaemon.app.scraping import NAME, Names, label
from oodaemon.store.bests import Bests


def run(run_id: str, name: str) -> Any:
    return SimpleNamespace(run_id=run_id, name=name)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Iron Condor, delta", "Iron Condor, delta"),
        ("two\nlines\tand \x00 more", "two lines and more"),
        ("see https://example.com/x?token=1 there", "see … there"),
        ("again 01JD0000000000000000000000", "again …"),
        ("   ", "unnamed"),
        ("", "unnamed"),
        ("\ud800", "?"),
    ],
)
def test_a_name_is_made_fit(text: str, shown: str) -> None:
    assert label(text, NAME) == shown


@given(st.text(max_size=200))
def test_a_label_is_one_bounded_line(text: str) -> None:
    found = label(text, NAME)
    assert 1 <= len(found) <= NAME
    assert found.isprintable()
    assert "://" not in found or not found.split("://")[0][-1:].isalpha()


def test_runs_of_one_name_are_told_apart_for_as_long_as_they_are_shown() -> None:
    names = Names()
    assert names.of([run("a", "x"), run("b", "x"), run("c", "y")]) == {"a": "x", "b": "x (2)", "c": "y"}
    assert names.of([run("b", "x"), run("d", "x")]) == {"b": "x (2)", "d": "x"}
    assert names.of([run("b", "x")]) == {"b": "x (2)"}, "it keeps its label"


@given(st.lists(st.sampled_from(["x", "x (2)", "y", "\n"]), max_size=8))
def test_no_two_runs_have_one_label(given_names: list[str]) -> None:
    found = Names().of([run(str(number), name) for number, name in enumerate(given_names)])
    assert len(set(found.values())) == len(given_names)


def test_the_ten_best_values_of_what_is_swept_are_told() -> None:
    values = {("delta", str(number)): float(number) for number in range(30)} | {("fixed", "1"): 5.0}
    found = best_values(Bests(values=values))
    assert list(found) == [("delta", str(number)) for number in range(29, 29 - VALUES, -1)]
