"""A daemon to be killed: works through runs for ever and says on stdout what the store has promised to keep."""

import random
import sys
from functools import partial
from pathlib import Path

from oodaemon.clock import utc_now
from oodaemon.ids import ulid
from oodaemon.model.batches import Batch
from oodaemon.model.evidence import DOM, SCREENSHOT, Item, Limits
from oodaemon.model.runs import Desired, NewRun, SavedTest
from oodaemon.model.tasks import FailureClass, Token
from oodaemon.store import attempts, evidence, failures, leases, runs, tests
from oodaemon.store.ledger import Ledger
from oodaemon.store.shelf import Shelf
from tests.integration.store.workbench import proven

FAILURES = (FailureClass.SESSION, FailureClass.BROWSER, FailureClass.SITE_ERROR, FailureClass.MISMATCH, FailureClass.INTERRUPTED)
LIMITS = Limits(10**9, attempts_of_run=2)
"""So little that something has to make room at almost every failure."""


def say(*words: object) -> None:
    print(*words, flush=True)


def fail(ledger: Ledger, shelf: Shelf, token: Token, failure_class: FailureClass) -> None:
    """Close an attempt as the daemon does: its files first, then the record, then away with what had to make room."""
    number = token.attempt_id
    kept = shelf.put(number, [Item(name, f"{number} {name}".encode()) for name in (DOM, SCREENSHOT)])
    settle = partial(attempts.fail, token=token, failure_class=failure_class, message="no")
    shelf.remove(ledger.write(failures.close, settle, number, failures.Record(items=kept), LIMITS))


def main(folder: str, seed: str) -> None:
    rng = random.Random(int(seed))
    ledger = Ledger(Path(folder), wall_clock=utc_now, rng=rng)
    shelf = Shelf(Path(folder))
    shelf.sweep(ledger.read(evidence.on_disk))
    say("boot", ledger.boot)
    ledger.write(tests.remember, [SavedTest("iron", "Iron condor", "/test/iron", utc_now())])
    while True:
        leased = ledger.write(leases.lease, "browser/1", 1)
        if leased is None:
            run_id = ulid(utc_now(), rng)
            say("submitting", run_id)
            ledger.write(runs.submit, NewRun(run_id, "sweep", "iron", "{}", (Batch([{"delta": n} for n in range(8)]),)))
            say("submitted", run_id)
            continue
        if rng.random() < 0.05:
            ledger.write(runs.set_desired, leased.run_id, rng.choice([Desired.PAUSE, Desired.CANCEL]))
            say("steered", leased.run_id)
        if not ledger.write(attempts.intent, leased.token):
            continue
        pl = float(rng.randrange(10_000))
        if rng.random() < 0.25:
            fail(ledger, shelf, leased.token, rng.choice(FAILURES))
            say("failed", leased.token.attempt_id)
        else:
            say("recording", leased.run_id, leased.index, pl)
            ledger.write(attempts.succeed, leased.token, proven(pl))
            say("recorded", leased.run_id, leased.index, pl)


if __name__ == "__main__":
    main(*sys.argv[1:])
