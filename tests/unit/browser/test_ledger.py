"""Uses of later alternatives are counted by names of the recordings only."""

from oodaemon.browser.ledger import LIMIT, OTHER, Ledger


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
