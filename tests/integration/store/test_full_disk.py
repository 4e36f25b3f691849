"""A disk that has no more room, at whatever write that is found out: nothing promised is lost, nothing is doubled.

No file of the victim may grow beyond a limit (RLIMIT_FSIZE), so that a real write inside a real COMMIT comes to nothing.
"""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from oodaemon.clock import utc_now
from oodaemon.store.ledger import Ledger
from tests.integration.store import victim
from tests.integration.store.test_kill import ROOT, Promises

KIB = 1024
WITHIN = """
import resource, runpy, sys
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from oodaemon.errors import StoreUnusable
from {victim} import main
try:
    main(*sys.argv[1:])
except StoreUnusable as error:
    print("lost", error, flush=True)
    sys.exit(70)
"""


def fill(folder: Path, promises: Promises, *, seed: int, limit: int) -> str:
    """Run a victim until the store has no more room; what it then said."""
    command = [sys.executable, "-c", WITHIN.format(victim=victim.__name__), str(limit), str(folder), str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120, check=False)
    *said, last = done.stdout.splitlines()
    assert done.returncode == 70, done.stderr
    for line in said:
        promises.hear(line)
    return last


@pytest.mark.parametrize("odd", [0, 3000])
def test_nothing_promised_is_lost_when_the_disk_runs_full(tmp_path: Path, odd: int) -> None:
    """Each life has room for a little more than the one before; every page of the log is the last one once in a while."""
    folder, promises = tmp_path / "state", Promises()
    for life in range(3):
        last = fill(folder, promises, seed=life, limit=(800 + 500 * life) * KIB + odd)
        assert last.startswith(f"lost the store {folder / 'oodaemon.db'} cannot be used: ")
        assert "make room" in last
        ledger = Ledger(folder, wall_clock=utc_now, rng=random.Random(life))
        try:
            promises.check(ledger, folder)
        finally:
            ledger.close()
    assert promises.boots == [1, 3, 5]
    assert len(promises.recorded) > 10
