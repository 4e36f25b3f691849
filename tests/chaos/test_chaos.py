"""Five minutes of chaos; `make chaos` has more of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.blows import BLOWS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
MINUTES = "5"


def test_five_minutes_of_chaos_break_no_promise(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.chaos", "--minutes", MINUTES, "--seed", "7", "--log", str(tmp_path / "chaos.log")]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=2400)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_kind_of_process_is_struck_in_every_way() -> None:
    for who in ("driver", "browser", "renderer"):
        for what in ("SIGKILL", "SIGSTOP"):
            assert f"{what} {who}" in BLOWS
    assert {"SIGKILL daemon", "SIGSTOP daemon", "SIGTERM daemon"} <= set(BLOWS)
    assert {"full disk", "read-only folder", "clock step"} <= set(BLOWS)
