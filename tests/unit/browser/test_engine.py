"""Which Chromium is started, on machines that exist only for the test."""

import itertools
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import playwright
import pytest

from oodaemon.browser import engine
from oodaemon.errors import ConfigurationError

Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """A machine without any browser; the function installs programs into its one folder of programs."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(engine, "SHELLS", tuple(name for name in engine.SHELLS if "/" not in name))
    monkeypatch.setattr(engine, "BROWSERS", tuple(name for name in engine.BROWSERS if "/" not in name))

    def put(name: str, folder: Path = programs, *, mode: int = 0o755) -> Path:
        folder.mkdir(exist_ok=True)
        program = folder / name
        program.write_text("#!/bin/sh\n")
        program.chmod(mode)
        return program

    return put


def found(own: str = "", wanted: str = "", *, is_headless: bool = True) -> str:
    return engine.find(own, wanted, is_headless=is_headless)


def test_the_browser_of_playwright_comes_first(install: Install, tmp_path: Path) -> None:
    own = install("chrome", tmp_path / "ms-playwright")
    install("chromium-headless-shell")
    install("chromium")
    assert found(str(own)) == str(own)


def test_a_browser_of_playwright_that_is_not_there_is_passed_over(install: Install, tmp_path: Path) -> None:
    chromium = install("chromium")
    assert found(str(tmp_path / "ms-playwright" / "chrome")) == str(chromium)


def test_a_headless_shell_is_taken_before_a_browser_but_never_for_a_window(install: Install) -> None:
    chromium = install("chromium")
    shell = install("chrome-headless-shell")
    assert found(is_headless=True) == str(shell)
    assert found(is_headless=False) == str(chromium)


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"])
def test_every_usual_name_is_tried(install: Install, name: str) -> None:
    program = install(name)
    assert found() == str(program)


def test_the_program_that_was_named_is_taken_and_no_other(install: Install, tmp_path: Path) -> None:
    install("chromium")
    mine = install("my-chrome", tmp_path / "mine")
    assert found(wanted=str(mine)) == str(mine)
    install("my-chrome")
    assert found(wanted="my-chrome") == str(tmp_path / "bin" / "my-chrome")


@pytest.mark.parametrize("mode", [None, 0o644])
def test_a_named_program_that_cannot_be_run_is_refused(install: Install, tmp_path: Path, mode: int | None) -> None:
    install("chromium")
    wanted = str(tmp_path / "mine")
    if mode is not None:
        install("mine", tmp_path, mode=mode)
    with pytest.raises(ConfigurationError) as caught:
        found(wanted=wanted)
    assert caught.value.problems == (f"OODAEMON_CHROMIUM names {wanted}, which is no program that can be run",)


def test_without_any_browser_it_is_said_what_to_install(install: Install) -> None:
    install("chromium", mode=0o644)
    with pytest.raises(ConfigurationError) as caught:
        found()
    (problem,) = caught.value.problems
    for remedy in ("playwright install chromium", "apt-get install chromium", "Google Chrome", "OODAEMON_CHROMIUM"):
        assert remedy in problem


def test_a_link_to_a_program_of_many_names_keeps_its_name(install: Install, tmp_path: Path) -> None:
    """`/snap/bin/chromium` is a link to `snap`, which does by its own name what nobody wants of a browser."""
    launcher = install("snap", tmp_path / "usr-bin")
    (tmp_path / "bin" / "chromium").symlink_to(launcher)
    assert Path(found()).name == "chromium"


def test_candidates_are_in_order_and_without_shells_for_a_window() -> None:
    headless = list(engine.candidates("/own", is_headless=True))
    assert headless == ["/own", *engine.SHELLS, *engine.BROWSERS]
    assert list(engine.candidates("/own", is_headless=False)) == ["/own", *engine.BROWSERS]
    assert list(itertools.islice(engine.candidates("", is_headless=True), 1)) == [engine.SHELLS[0]]


@pytest.mark.parametrize(
    ("platform", "name"), [("chrome-headless-shell-linux64", "chrome-headless-shell"), ("chrome-linux", "headless_shell")]
)
def test_the_headless_shell_of_playwright_is_taken_before_its_browser(
    install: Install, tmp_path: Path, platform: str, name: str
) -> None:
    downloads = tmp_path / "ms-playwright"
    for folder in (
        "chromium-1200/chrome-linux64",
        f"chromium_headless_shell-1200/{platform}",
        "chromium_headless_shell-1100/chrome-linux",
    ):
        (downloads / folder).mkdir(parents=True)
    own = install("chrome", downloads / "chromium-1200" / "chrome-linux64")
    install("headless_shell", downloads / "chromium_headless_shell-1100" / "chrome-linux")
    assert found(str(own)) == str(own), "one of another revision is not meant"
    shell = install(name, downloads / f"chromium_headless_shell-1200/{platform}")
    assert found(str(own)) == str(shell)
    assert found(str(own), is_headless=False) == str(own)


def test_a_headless_shell_that_was_downloaded_alone_is_found(install: Install, tmp_path: Path) -> None:
    downloads = tmp_path / "ms-playwright"
    (downloads / "chromium_headless_shell-1200" / "x").mkdir(parents=True)
    shell = install("chrome-headless-shell", downloads / "chromium_headless_shell-1200" / "x")
    assert found(str(downloads / "chromium-1200" / "chrome-linux64" / "chrome")) == str(shell)


INSIDE = Path(playwright.__file__).parent / "driver" / "package" / ".local-browsers"


@pytest.mark.parametrize(
    ("platform", "environ", "folder"),
    [
        ("linux", {}, "/home/me/.cache/ms-playwright"),
        ("linux", {"XDG_CACHE_HOME": ""}, "/home/me/.cache/ms-playwright"),
        ("linux", {"XDG_CACHE_HOME": "/cache"}, "/cache/ms-playwright"),
        ("darwin", {}, "/home/me/Library/Caches/ms-playwright"),
        ("darwin", {"XDG_CACHE_HOME": "/cache"}, "/home/me/Library/Caches/ms-playwright"),
        ("linux", {"PLAYWRIGHT_BROWSERS_PATH": ""}, "/home/me/.cache/ms-playwright"),
        ("darwin", {"PLAYWRIGHT_BROWSERS_PATH": "/mine"}, "/mine"),
        ("linux", {"PLAYWRIGHT_BROWSERS_PATH": "/mine", "XDG_CACHE_HOME": "/cache"}, "/mine"),
        ("darwin", {"PLAYWRIGHT_BROWSERS_PATH": "0"}, str(INSIDE)),
    ],
)
def test_downloads_are_looked_for_where_playwright_puts_them(platform: str, environ: dict[str, str], folder: str) -> None:
    assert engine.downloads({"HOME": "/home/me", **environ}, platform) == Path(folder)


@pytest.mark.parametrize("more", ["", "XDG_CACHE_HOME=cache", "PLAYWRIGHT_BROWSERS_PATH=mine", "PLAYWRIGHT_BROWSERS_PATH=0"])
def test_playwright_says_the_same(tmp_path: Path, more: str) -> None:
    name, _, value = more.partition("=")
    environ = {"HOME": str(tmp_path), **({name: value if value == "0" else str(tmp_path / value)} if name else {})}
    command = [sys.executable, "-m", "playwright", "install", "--dry-run", "chromium"]
    told = subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout
    folders = [Path(line.partition(":")[2].strip()) for line in told.splitlines() if "Install location" in line]
    assert {folder.parent for folder in folders} == {engine.downloads(environ)}
    assert any(folder.match(pattern) for folder in folders for pattern in engine.DOWNLOADED)


@pytest.mark.parametrize("name", ["chromium-1200", "chromium_headless_shell-1200"])
def test_a_download_is_noticed(tmp_path: Path, name: str) -> None:
    environ = {"PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}
    (tmp_path / "ffmpeg-1011").mkdir()
    assert not engine.is_downloaded(environ)
    (tmp_path / name).mkdir()
    assert engine.is_downloaded(environ)
