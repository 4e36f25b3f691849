"""A daemon whose wall clock can be set while it runs: `OO_CLOCK_FILE` holds the seconds by which it is wrong."""

import datetime
import os
from pathlib import Path

from oodaemon import clock

VARIABLE = "OO_CLOCK_FILE"

_right = clock.utc_now


def utc_now() -> datetime.datetime:
    """Now, by a clock that somebody set."""
    text = Path(os.environ[VARIABLE]).read_text()
    return _right() + datetime.timedelta(seconds=float(text or 0))


if __name__ == "__main__":
    clock.utc_now = utc_now  # before anything takes it from there
    from oodaemon.__main__ import main

    main()
