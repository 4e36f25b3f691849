"""Uses of later alternatives are counted by names of the recordings only."""

import datetime

from oodaemon.browser.ledger import LIMIT, OTHER, Ledger, Use
from oodaemon.clock import utc_now


def test_only_alternatives_after_the_first_are_counted() -> None:
    ledger = Ledger()
    for alternative in (0, 1, 2, 0):
        ledger.note('"a"', alternative)
    assert ledger.statistics(['"a"', '"b"']) == {'"a"': 2, '"b"': 0, OTHER: 0}


def test_names_that_are_not_recorded_are_one() -> None:
    ledger = Ledger()
    for number in range(LIMIT + 500):
        ledger.note(f"field {number}", 1)
    assert ledger.statistics(['"a"']) == {'"a"': 0, OTHER: LIMIT + 500}


def test_every_use_is_noted_with_its_moment() -> None:
    moments = iter(utc_now() + datetime.timedelta(minutes=number) for number in range(3))
    noted = list(moments)
    clock = iter(noted)
    ledger = Ledger(lambda: next(clock))
    for alternative in (0, 2, 1):
        ledger.note('"a"', alternative)
    assert ledger.uses() == {'"a"': Use(3, noted[-1], 1)}


def test_names_without_end_are_not_kept() -> None:
    ledger = Ledger()
    for number in range(LIMIT + 5):
        ledger.note(f"field {number}", 0)
    assert len(ledger.uses()) == LIMIT
