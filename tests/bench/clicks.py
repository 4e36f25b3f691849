"""How soon the first Run is clicked when nothing is warm: a run that is submitted the moment a new daemon answers.

Held against a loop by hand that starts driver and browser, signs in and fills the form. The warm figure is in `overhead`.
"""

import statistics
import time
from collections.abc import Callable

from tests.bench import driven, overhead
from tests.support.daemon import ACCOUNT, daemon

ROUNDS = 3
Say = Callable[..., None]


def measure(*, say: Say, rounds: int = ROUNDS) -> None:
    """Print seconds from the start of the daemon and from the submission, with one browser and without a stored session."""
    submitted, started, floor = [], [], []
    with driven.site(0.0) as site:
        for _ in range(rounds):
            floor.append(overhead.by_hand(site.url, 1, 1)["cold_click"])
            given = {"OODAEMON_BASE_URL": site.url, "OODAEMON_BROWSERS": "1", "OODAEMON_EASE_OFF": "false", **ACCOUNT}
            began = time.time()
            with daemon(**given) as process:
                _, asked = driven.sweep(process, [5.0])
                clicked = asked + driven.first_click_after(process, asked)
            submitted.append(clicked - asked)
            started.append(clicked - began)
    by_hand, ours = statistics.median(floor), statistics.median(started)
    say("cold, by hand: start of driver and browser to first Run click", by_hand, "s")
    say("cold: submit to first Run click, browsers still starting", statistics.median(submitted), "s")
    say("cold: start of the daemon to first Run click", ours, "s")
    say("cold: start of the daemon to first Run click, against by hand", ours / by_hand, "x")
