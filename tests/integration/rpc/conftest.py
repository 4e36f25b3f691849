"""A service per test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.integration.rpc.support import Service, serving, short_folder


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as made:
        yield made


@pytest.fixture
async def service(folder: Path) -> AsyncIterator[Service]:
    async with serving(folder) as running:
        yield running
