"""The lock of a state folder."""

import os
from pathlib import Path

import pytest

from oodaemon.errors import StoreHeld
from oodaemon.store.lock import LOCK_NAME, StoreLock


def test_a_lock_names_its_holder_and_can_be_taken_again(tmp_path: Path) -> None:
    lock = StoreLock(tmp_path)
    assert (tmp_path / LOCK_NAME).read_text() == f"{os.getpid()}\n"
    with pytest.raises(StoreHeld, match=f"process {os.getpid()}; stop that daemon"):
        StoreLock(tmp_path)
    lock.release()
    assert (tmp_path / LOCK_NAME).read_text() == ""
    StoreLock(tmp_path).release()


def test_a_holder_that_left_no_name_is_another_process(tmp_path: Path) -> None:
    lock = StoreLock(tmp_path)
    (tmp_path / LOCK_NAME).write_text("")
    with pytest.raises(StoreHeld, match="held by another process"):
        StoreLock(tmp_path)
    lock.release()


def test_an_old_pid_in_the_file_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / LOCK_NAME).write_text("4242424242424242\n")
    lock = StoreLock(tmp_path)
    assert (tmp_path / LOCK_NAME).read_text() == f"{os.getpid()}\n"
    lock.release()
