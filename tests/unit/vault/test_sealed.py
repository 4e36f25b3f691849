"""The encrypted file: only its key opens it, only for its own account, and nothing of it can be read or changed."""

import stat
from pathlib import Path

import pytest

from oodaemon.vault import sealed
from oodaemon.vault.account import Key, Login, Unkept

KEY = Key("default", "https://optionomega.com")
LOGIN = Login("me@example.com", "correct horse battery staple")


def sealed_in(folder: Path) -> tuple[Path, Path]:
    file, key = folder / "state" / "default.sealed", folder / "config" / "credentials.key"
    sealed.seal(file, KEY, LOGIN, with_key=key)
    return file, key


def test_it_opens_with_its_key_and_tells_nothing_without(tmp_path: Path) -> None:
    file, key = sealed_in(tmp_path)
    assert sealed.unseal(file, KEY, with_key=key) == LOGIN
    assert b"horse" not in file.read_bytes()
    assert b"example" not in file.read_bytes()
    for each in (file, key):
        assert stat.S_IMODE(each.stat().st_mode) == 0o600
        assert stat.S_IMODE(each.parent.stat().st_mode) == 0o700


def test_the_same_account_is_never_sealed_the_same_way_twice(tmp_path: Path) -> None:
    file, key = sealed_in(tmp_path)
    before = file.read_bytes()
    sealed.seal(file, KEY, LOGIN, with_key=key)
    assert file.read_bytes() != before
    assert sealed.unseal(file, KEY, with_key=key) == LOGIN


@pytest.mark.parametrize("other", [Key("second", KEY.site), Key("default", "https://elsewhere.example")])
def test_it_opens_for_no_other_account_and_no_other_site(tmp_path: Path, other: Key) -> None:
    file, key = sealed_in(tmp_path)
    with pytest.raises(Unkept, match="was not sealed with"):
        sealed.unseal(file, other, with_key=key)


def test_every_change_of_a_byte_is_noticed(tmp_path: Path) -> None:
    file, key = sealed_in(tmp_path)
    content = file.read_bytes()
    for place in range(len(content)):
        file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(Unkept):
            sealed.unseal(file, KEY, with_key=key)
    for length in (0, 5, len(sealed.MAGIC), len(sealed.MAGIC) + 12, len(content) - 1):
        file.write_bytes(content[:length])
        with pytest.raises(Unkept):
            sealed.unseal(file, KEY, with_key=key)


def test_a_key_that_is_gone_changed_or_no_key_is_said(tmp_path: Path) -> None:
    file, key = sealed_in(tmp_path)
    key.write_text("c2hvcnQ=\n")
    with pytest.raises(Unkept, match="is no key; it holds 32 random bytes in base64"):
        sealed.unseal(file, KEY, with_key=key)
    key.unlink()
    with pytest.raises(Unkept, match="is gone; sign in again"):
        sealed.unseal(file, KEY, with_key=key)
    sealed.seal(tmp_path / "other", KEY, LOGIN, with_key=key)
    with pytest.raises(Unkept, match="was not sealed with"):
        sealed.unseal(file, KEY, with_key=key)


def test_no_file_is_no_account(tmp_path: Path) -> None:
    assert sealed.unseal(tmp_path / "none", KEY, with_key=tmp_path / "key") is None


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("")
    with pytest.raises(Unkept, match="cannot be written"):
        sealed.seal(tmp_path / "blocked" / "file", KEY, LOGIN, with_key=tmp_path / "key")


def test_the_key_of_the_service_manager_goes_first(tmp_path: Path) -> None:
    config = tmp_path / "config"
    assert sealed.key_file({}, config) == config / "credentials.key"
    assert sealed.key_file({"CREDENTIALS_DIRECTORY": str(tmp_path)}, config) == config / "credentials.key"
    (tmp_path / "oodaemon_key").write_text("")
    assert sealed.key_file({"CREDENTIALS_DIRECTORY": str(tmp_path)}, config) == tmp_path / "oodaemon_key"
