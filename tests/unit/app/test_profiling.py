"""What `--profile-tasks` says."""

import pytest

from oodaemon.app import profiling
from oodaemon.app.profiling import EVERY, Printer, line, plain
from oodaemon.browser.profile import Part, Profiles, Record, Summary, summary
from oodaemon.model.tasks import Lease, Token


def record(outcome: str = "recorded") -> Record:
    seconds = {Part.LEASE: 0.002, Part.CALCULATE: 1.5, Part.RESULT_STILL: 1.5, Part.OTHER: 0.0001}
    return Record("01RUN", 7, 42, outcome=outcome, seconds=seconds, whole=3.0021, is_over=True)


def test_an_attempt_is_one_line_with_its_owners_and_its_parts() -> None:
    said = line(record())
    assert said == (
        "profile: 01RUN 7 recorded 3,002 ms: the site's 1,500, proof 1,500, ours 2 (lease 2, calculate 1,500, result_still 1,500)"
    )
    assert " unfinished " in line(record(""))


def test_a_summary_names_every_part_and_adds_up() -> None:
    said = plain(summary([record(), record()]))
    assert said.splitlines()[0] == "profile of 2 attempts with a result: 3,002 ms (median)"
    assert [row.split() for row in said.splitlines() if row.startswith("calculate")] == [
        ["calculate", "the", "site's", "1,500", "1,500", "50.0%"]
    ]
    assert said.splitlines()[-1].split() == ["ours", "0.1%"]


def test_the_printer_follows_every_attempt_and_sums_up_now_and_then_and_when_asked() -> None:
    profiles, said, shown = Profiles(), list[str](), list[Summary]()
    printer = Printer(profiles, say=said.append, show=shown.append)
    printer.summarise()
    assert shown == [], "nothing to sum up"
    for index in range(EVERY):
        made = profiles.leased(Lease(Token(index, 1, "b", 1), "01RUN", index, "iron", "Iron", "/test/iron", {}, 1, {}))
        made.outcome = "recorded" if index else "timing"
        with made.current():
            assert len(shown) == 0
    assert len(said) == EVERY
    assert [found.attempts for found in shown] == [EVERY - 1]
    printer.summarise()
    assert len(shown) == 2


def test_on_a_terminal_it_is_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    profiling.rich_table(summary([record()]))
    said = capsys.readouterr().out
    assert "result_still" in said
    assert "1,500" in said
