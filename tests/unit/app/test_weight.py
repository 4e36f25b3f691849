"""What a daemon loads before anybody asks it for anything."""

import subprocess
import sys

HEAVY = ("optuna", "pandas", "pyarrow", "openpyxl", "yaml", "matplotlib", "plotly", "plotext", "scipy", "sqlalchemy")


def test_an_idle_daemon_does_not_load_what_only_some_questions_need():
    code = f"import sys, oodaemon.app.parts, oodaemon.app.tree; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
