"""A keyring of its own for every test."""

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest

from tests.support.keyring_of_file import VARIABLE, KeyringOfFile


@pytest.fixture
def keyring_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file behind the keyring that is in use for the length of the test."""
    file = tmp_path / "keyring.json"
    monkeypatch.setenv(VARIABLE, str(file))
    before = keyring.get_keyring()
    keyring.set_keyring(KeyringOfFile())
    yield file
    keyring.set_keyring(before)
