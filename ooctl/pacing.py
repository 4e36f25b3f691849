"""When to try again: the clock, the sleep and the jitter of the client, in one place a test can replace."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

SECONDS: Final = 1.0
MINUTES: Final = 60 * SECONDS

RETRIES_WITHOUT_DAEMON: Final = 2
"""Tries after the first when nothing listens: enough for a socket that is being replaced, over within half a second."""
RETRIES_AFTER_LOSS: Final = 6
"""Tries after the first when an answer was lost on the way; together about five seconds."""


@dataclass(frozen=True)
class Pacing:
    """Waiting between tries: exponential from `first_delay` up to `longest_delay`, half of it jitter."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    first_delay: float = 0.1 * SECONDS
    longest_delay: float = 2 * SECONDS
    patience: float = 5 * MINUTES
    """How long a watch goes on without an answer from the daemon."""

    def delays(self) -> Iterator[float]:
        """Seconds to wait before each further try, without end."""
        delay = self.first_delay
        while True:
            yield delay * (0.5 + 0.5 * self.jitter())
            delay = min(2 * delay, self.longest_delay)
