"""A keyring for tests: a backend of the library that keeps everything in one file. Held to the library's own suite of backends."""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

VARIABLE = "TEST_KEYRING_FILE"


class KeyringOfFile(KeyringBackend):
    """Named by PYTHON_KEYRING_BACKEND; the file by TEST_KEYRING_FILE."""

    priority = 1  # type: ignore[assignment]  # the library declares it as a property of the class

    @property
    def file(self) -> Path:
        return Path(os.environ[VARIABLE])

    def _kept(self) -> dict[str, str]:
        return dict(json.loads(self.file.read_text())) if self.file.exists() else {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._kept().get(f"{service}\n{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self.file.write_text(json.dumps({**self._kept(), f"{service}\n{username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        kept = self._kept()
        if kept.pop(f"{service}\n{username}", None) is None:
            raise PasswordDeleteError("not there")
        self.file.write_text(json.dumps(kept))
