"""A workbench per test; leaving it checks the whole store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.store.workbench import Workbench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    workbench = Workbench(tmp_path)
    yield workbench
    workbench.close()
