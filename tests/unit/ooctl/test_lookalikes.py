"""A terminal without Unicode gets text that people can read, and never an error."""

from __future__ import annotations

import codecs
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ooctl import lookalikes
from ooctl.charts import terminal
from tests.unit.ooctl.test_charts import line

codecs.register_error(lookalikes.NAME, lookalikes.handle)
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("text", "encoding", "shown"),
    [
        ("no daemon – start it …", "ascii", "no daemon - start it ..."),  # noqa: RUF001 - on purpose
        ("Δ ≥ 5 × 2 → “∞”", "latin-1", 'delta >= 5 × 2 -> "inf"'),  # noqa: RUF001 - on purpose
        ("Grüße", "latin-1", "Grüße"),
        ("Grüße 猫", "ascii", "Gr\\xfc\\xdfe \\u732b"),
        ("⠀⠁⣿", "ascii", " .."),
    ],
)
def test_what_is_missing_is_written_with_what_is_there(text: str, encoding: str, shown: str) -> None:
    assert text.encode(encoding, lookalikes.NAME).decode(encoding) == shown


def test_a_chart_keeps_its_shape() -> None:
    drawn = terminal.curve(line(), width=60, has_colour=False)
    plain = [text.encode("ascii", lookalikes.NAME).decode() for text in drawn]

    assert not any("\\u" in text for text in plain)
    assert [len(text) for text in plain] == [len(text) for text in drawn]
    assert sum(text.count("*") for text in plain) == 3


def test_the_client_does_so_in_such_a_locale() -> None:
    env = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""}
    command = [sys.executable, "-m", "ooctl", "--daemon", "unix:/nonexistent.sock", "list"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=False)

    assert b" - start it with" in done.stderr
