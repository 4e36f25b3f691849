"""What decides the order of the tests, and who may be parted, fits the files that are there."""

import re
from pathlib import Path

from tests.support.order import ALONE, LONGEST, TOGETHER, rank, unit

ROOT = Path(__file__).parents[2]
SHARED = re.compile(r"scope=.(module|package|class|session)")


def test_every_file_that_is_named_is_there() -> None:
    assert [name for name in (*ALONE, *TOGETHER, *LONGEST) if not (ROOT / name).exists()] == []


def test_tests_that_share_a_fixture_stay_together() -> None:
    parted = [path for folder in ALONE for path in (ROOT / folder).rglob("*.py") if SHARED.search(path.read_text("utf-8"))]
    assert {str(path.relative_to(ROOT)) for path in parted} == TOGETHER


def test_the_longest_begin_and_only_what_may_be_parted_is() -> None:
    assert rank(f"{LONGEST[0]}::test_it") < rank(f"{LONGEST[1]}::test_it") < rank("tests/unit/test_clock.py::test_it")
    assert unit("tests/simulation/test_year.py::test_it[3]") == "tests/simulation/test_year.py::test_it[3]"
    assert unit("tests/acceptance/test_wizard.py::test_it") == "tests/acceptance/test_wizard.py"
    assert unit("tests/faults/test_form.py::test_it") == "tests/faults/test_form.py"
