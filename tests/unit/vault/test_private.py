"""Private files: their mode from the first byte, and whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from oodaemon.vault import private


def test_a_file_is_replaced_as_a_whole_and_stays_private(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b"
    before = os.umask(0)
    try:
        private.write(file, b"one")
        file.chmod(0o666)
        private.write(file, b"two")
    finally:
        os.umask(before)
    assert file.read_bytes() == b"two"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["b"]


def test_a_link_in_its_place_is_replaced_not_followed(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_bytes(b"theirs")
    (tmp_path / "ours").symlink_to(tmp_path / "theirs")
    private.write(tmp_path / "ours", b"ours")
    assert (tmp_path / "theirs").read_bytes() == b"theirs"
    assert (tmp_path / "ours").read_bytes() == b"ours"


def test_what_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="directory"):
        private.write(tmp_path / "folder", b"x")
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]


def test_what_is_not_there(tmp_path: Path) -> None:
    assert private.read(tmp_path / "none") is None
    assert not private.remove(tmp_path / "none")
    private.write(tmp_path / "one", b"1")
    assert private.read(tmp_path / "one") == b"1"
    assert private.remove(tmp_path / "one")
