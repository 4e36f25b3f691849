"""What a user sees when the daemon cannot go on."""

import os
from pathlib import Path
from typing import Any

import pytest
import trio

from oodaemon.app import daemon, launch
from oodaemon.app.settings import load
from oodaemon.browser import engine
from oodaemon.errors import ConfigurationError, StoreHeld


def launched(monkeypatch: pytest.MonkeyPatch, folder: Path, error: BaseException) -> int:
    async def run(*_: Any) -> int:
        await trio.lowlevel.checkpoint()
        raise error

    monkeypatch.setattr(daemon, "run", run)
    monkeypatch.setattr(launch, "_check_browser", lambda *_: None)
    monkeypatch.setattr(launch.logs, "configure", lambda *_: None)
    (folder / "config.toml").touch()
    settings = load({"state_dir": str(folder)}, {"OODAEMON_CONFIG": str(folder / "config.toml"), "HOME": os.environ["HOME"]})
    return launch.launch(settings)


def test_a_defect_ends_in_a_documented_code_a_sentence_and_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    error = ExceptionGroup("tree", [ZeroDivisionError("division by zero")])
    assert launched(monkeypatch, tmp_path, error) == 71
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    assert "ZeroDivisionError: division by zero" in said.out + said.err
    assert "Traceback" in (tmp_path / "last-defect.txt").read_text()


def test_a_refusal_inside_a_group_keeps_its_meaning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(StoreHeld):
        launched(monkeypatch, tmp_path, ExceptionGroup("tree", [StoreHeld("held")]))
    assert not (tmp_path / "last-defect.txt").exists()


def test_a_download_of_playwright_is_enough_to_begin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(engine, "SHELLS", ())
    monkeypatch.setattr(engine, "BROWSERS", ())
    (tmp_path / "config.toml").touch()
    environ = {"OODAEMON_CONFIG": str(tmp_path / "config.toml"), "HOME": str(tmp_path)}
    settings = load({"state_dir": str(tmp_path)}, environ)
    with pytest.raises(ConfigurationError, match="no Chromium was found"):
        launch._check_browser(settings, environ)
    (engine.downloads(environ) / "chromium-1200").mkdir(parents=True)
    launch._check_browser(settings, environ)
