"""Browsers and drivers in a private temporary folder: a test that leaves one running fails."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.browser import processes_of


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The temporary folder of every process of this test."""
    with processes_of.private_folder("oobr-") as folder:
        monkeypatch.setenv("TMPDIR", str(folder))
        yield folder
        assert processes_of.settled_now(lambda: processes_of.alive(folder), within=60) == []
