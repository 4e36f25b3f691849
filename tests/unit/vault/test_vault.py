"""The accounts of a state folder: kept where they were asked to be, and nowhere else."""

import json
import stat
from pathlib import Path

import pytest

from oodaemon.vault.account import Key, Listed, Login, Place, Unkept, masked
from oodaemon.vault.vault import Vault

SITE = "https://optionomega.com"
KEY, LOGIN = Key("default", SITE), Login("margot@example.com", "s3cret-vogel")


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "state", tmp_path / "config" / "credentials.key")


@pytest.mark.parametrize("place", [Place.KEYRING, Place.FILE])
def test_an_account_is_found_again_by_another_daemon(vault: Vault, tmp_path: Path, keyring_file: Path, place: Place) -> None:
    vault.save(KEY, LOGIN, place)
    again = Vault(tmp_path / "state", tmp_path / "config" / "credentials.key")
    assert again.load(KEY) == LOGIN
    assert again.listing() == [Listed(KEY, place, "m…@e….com")]
    index = tmp_path / "state" / "accounts.json"
    assert stat.S_IMODE(index.stat().st_mode) == 0o600
    assert all(word not in index.read_text() for word in ("margot", "vogel", "example"))


def test_what_is_only_in_memory_leaves_nothing(vault: Vault, tmp_path: Path, keyring_file: Path) -> None:
    vault.save(KEY, LOGIN, Place.MEMORY)
    assert vault.load(KEY) is None
    assert vault.listing() == []
    assert not keyring_file.exists()


def test_a_new_place_is_the_only_one(vault: Vault, tmp_path: Path, keyring_file: Path) -> None:
    vault.save(KEY, LOGIN, Place.KEYRING)
    vault.save(KEY, Login("margot@example.com", "new"), Place.FILE)
    assert json.loads(keyring_file.read_text()) == {}
    assert vault.load(KEY) == Login("margot@example.com", "new")
    vault.save(KEY, LOGIN, Place.KEYRING)
    assert list((tmp_path / "state" / "accounts").iterdir()) == []
    assert [each.place for each in vault.listing()] == [Place.KEYRING]
    vault.save(KEY, LOGIN, Place.MEMORY)
    assert json.loads(keyring_file.read_text()) == {}


def test_accounts_are_told_apart_by_name_and_site(vault: Vault, keyring_file: Path) -> None:
    keys = [KEY, Key("second", SITE), Key("default", "https://elsewhere.example")]
    for number, key in enumerate(keys):
        vault.save(key, Login(f"{number}@example.com", f"secret {number}"), Place.FILE)
    assert [vault.load(key) for key in keys] == [Login(f"{n}@example.com", f"secret {n}") for n in range(3)]
    assert vault.forget(KEY) is not None
    assert vault.load(KEY) is None
    assert vault.forget(KEY) is None
    assert vault.load(keys[2]) is not None


def test_a_keyring_that_nobody_was_put_into_is_not_asked(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: object) -> None:
        raise AssertionError("the keyring was asked")

    monkeypatch.setattr("oodaemon.vault.keyrings.load", asked)
    assert vault.load(KEY) is None


@pytest.mark.parametrize(
    "content", ["no json", "{}x", '{"a": 1}', "[1]", '[{"name": "a"}]', '[{"name":"a","site":"b","place":"c","address":""}]']
)
def test_a_damaged_index_is_said(vault: Vault, tmp_path: Path, content: str) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "accounts.json").write_text(content)
    with pytest.raises(Unkept, match="is damaged; remove"):
        vault.listing()


def test_an_account_shows_nothing_of_itself() -> None:
    assert "s3cret" not in repr(LOGIN) + str(LOGIN) + f"{LOGIN}"


@pytest.mark.parametrize(
    ("email", "shown"),
    [
        ("margot@example.com", "m…@e….com"),
        ("a@b.c", "a…@b….c"),
        ("a@localhost", "a…@…"),
        ("@x.y", "…"),
        ("nobody", "…"),
        ("a@", "…"),
    ],
)
def test_an_address_is_masked(email: str, shown: str) -> None:
    assert masked(email) == shown
