"""The accounts of one state folder: an index without secrets, which says where each is kept, and the two places behind it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import assert_never

from oodaemon.vault import keyrings, private, sealed
from oodaemon.vault.account import Key, Listed, Login, Place, Unkept, masked

INDEX, FOLDER = "accounts.json", "accounts"


class Vault:
    """Blocking: callers keep it off the loop. A keyring is asked only for accounts that the index knows there."""

    def __init__(self, state_dir: Path, key_file: Path) -> None:
        """`key_file` opens the sealed files, see `sealed.key_file`; it need not be there yet."""
        self._index, self._folder, self._key_file = state_dir / INDEX, state_dir / FOLDER, key_file

    def listing(self) -> list[Listed]:
        """The accounts that are kept, by name and site. Raises Unkept for an index that cannot be read."""
        again = f"remove {self._index} and sign in again with `ooctl login`"
        try:
            content = private.read(self._index)
            kept = json.loads(content) if content else []
            return sorted((_listed(each) for each in kept), key=_order)
        except OSError as error:
            raise Unkept(f"{self._index} cannot be read: {error.strerror}") from error
        except (ValueError, TypeError, KeyError):
            raise Unkept(f"{self._index} is damaged; {again}") from None

    def check(self, place: Place) -> None:
        """Raise Unkept when nothing can be kept there, before anybody is asked for a password."""
        if place is Place.KEYRING:
            keyrings.check()

    def save(self, key: Key, login: Login, place: Place) -> None:
        """Keep an account there and nowhere else. Raises Unkept."""
        before = self.find(key)
        match place:
            case Place.KEYRING:
                keyrings.save(key, login)
            case Place.FILE:
                sealed.seal(self._file(key), key, login, with_key=self._key_file)
            case Place.MEMORY:
                pass
            case _:
                assert_never(place)
        if before is not None and before.place is not place:
            self._forget_in(before)
        others = [each for each in self.listing() if each.key != key]
        self._write(others if place is Place.MEMORY else [*others, Listed(key, place, masked(login.email))])

    def find(self, key: Key) -> Listed | None:
        """What is known of an account without asking for its secrets. Raises Unkept."""
        return next((each for each in self.listing() if each.key == key), None)

    def load(self, key: Key) -> Login | None:
        """The account; None when none of this name is kept for this site. Raises Unkept."""
        found = self.find(key)
        match found.place if found else Place.MEMORY:
            case Place.KEYRING:
                return keyrings.load(key)
            case Place.FILE:
                return sealed.unseal(self._file(key), key, with_key=self._key_file)
            case Place.MEMORY:
                return None
            case other:
                assert_never(other)

    def forget(self, key: Key) -> Listed | None:
        """Forget an account; what was forgotten, None when it was not there. Raises Unkept, and then it is still listed."""
        found = self.find(key)
        if found is not None:
            self._forget_in(found)
            self._write(each for each in self.listing() if each.key != key)
        return found

    def _forget_in(self, found: Listed) -> None:
        if found.place is Place.KEYRING:
            keyrings.forget(found.key)
        elif found.place is Place.FILE:
            try:
                private.remove(self._file(found.key))
            except OSError as error:
                raise Unkept(f"{self._file(found.key)} cannot be removed: {error.strerror}") from error

    def _file(self, key: Key) -> Path:
        return self._folder / f"{key.name}-{hashlib.sha256(key.site.encode()).hexdigest()[:8]}.sealed"

    def _write(self, accounts: Iterable[Listed]) -> None:
        told = [
            {"name": each.key.name, "site": each.key.site, "place": each.place.value, "address": each.address}
            for each in sorted(accounts, key=_order)
        ]
        try:
            private.write(self._index, json.dumps(told, indent=1, ensure_ascii=False).encode() + b"\n")
        except OSError as error:
            raise Unkept(f"{self._index} cannot be written: {error.strerror}") from error


def _listed(kept: Mapping[str, str]) -> Listed:
    return Listed(Key(str(kept["name"]), str(kept["site"])), Place(kept["place"]), str(kept["address"]))


def _order(listed: Listed) -> tuple[str, str]:
    return listed.key.name, listed.key.site
