"""Every guard has a broken variant, and the tests notice each of them."""

import os
import subprocess
import sys

import pytest

from tests.mutants import gate
from tests.mutants.catalogue import MUTANTS
from tests.mutants.hook import ROOT, Stale, broken, path_of
from tests.mutants.mutant import Mutant

ENOUGH = 20


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_fits_the_product_and_differs_from_it(name: str) -> None:
    mutant = MUTANTS[name]
    source = path_of(mutant).read_text("utf-8")
    changed = broken(source, mutant)
    assert changed != source
    compile(changed, str(path_of(mutant)), "exec", dont_inherit=True)
    assert mutant.caught_by


def test_there_are_enough_of_them() -> None:
    assert len(MUTANTS) >= ENOUGH


@pytest.mark.parametrize(
    ("where", "old"),
    [("Journal.check", "no such text"), ("Journal.gone", "oldest"), ("", "self._store"), ("Journal.check", "self")],
)
def test_a_mutant_that_went_stale_is_an_error(where: str, old: str) -> None:
    mutant = Mutant("stale", "oodaemon.events.watch", where, old, "pass", ())
    with pytest.raises(Stale):
        broken(path_of(mutant).read_text("utf-8"), mutant)


def test_every_mutant_has_its_turn() -> None:
    turns = [mutant.name for turn in range(gate.TURNS) for mutant in gate.chosen(["--turn"], turn)]
    assert sorted(turns) == sorted(MUTANTS)
    assert gate.chosen([], 0) == [*MUTANTS.values()]


@pytest.mark.slow
def test_every_mutant_is_caught_and_the_product_passes() -> None:
    """Those whose turn it is today; all of them with OO_FULL."""
    command = [sys.executable, "-m", "tests.mutants.gate", *([] if "OO_FULL" in os.environ else ["--turn"])]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=1200)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
