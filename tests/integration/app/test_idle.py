"""What an idle daemon holds: nothing heavy that only some of its work needs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.app.conftest import Start
from tests.support.process import CLEAN, ROOT

HEAVY = ("numpy", "pandas", "optuna", "plotly", "pyarrow", "matplotlib", "openpyxl", "starlette", "hypercorn")


def modules_after(statement: str) -> set[str]:
    """The top-level modules that a fresh Python has loaded after a statement."""
    script = f"{statement}\nimport json, sys\nprint(json.dumps(sorted({{name.partition('.')[0] for name in sys.modules}})))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=CLEAN, capture_output=True, text=True, timeout=120, check=True
    )
    return set(json.loads(done.stdout))


def test_what_a_daemon_is_made_of_loads_nothing_heavy() -> None:
    assert not modules_after("import oodaemon.app.launch, oodaemon.app.tree") & set(HEAVY)


def test_practice_is_what_needs_it() -> None:
    """Else the test above could not fail."""
    assert "numpy" in modules_after("import oodaemon.app.practice")


@pytest.mark.browser
def test_an_idle_daemon_has_loaded_nothing_heavy(start: Start) -> None:
    """By the libraries that its process has mapped: whatever it imported since it was started."""
    daemon = start(OO_EMAIL="a@example.com", OO_PASSWORD="secret")
    daemon.wait_up()
    if sys.platform != "linux":
        pytest.skip("what a process has mapped can be seen on Linux only")
    maps = Path(f"/proc/{daemon.process.pid}/maps").read_text("utf-8").splitlines()
    mapped = {line.rpartition("/site-packages/")[2].partition("/")[0] for line in maps if "/site-packages/" in line}
    assert mapped & {"grpc", "google"}, "the look itself works"
    assert not mapped & set(HEAVY)
