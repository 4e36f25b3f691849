"""Settings that cannot be: the process ends at once and says everything that is wrong, one line each."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.process import CLEAN, ROOT


def attempt(folder: Path, *flags: str, config: str = "", **environ: str) -> tuple[int, list[str]]:
    """Exit code, and what was said."""
    (folder / "config.toml").write_text(config)
    done = subprocess.run(
        [sys.executable, "-m", "oodaemon", "run", *flags],
        check=False,
        cwd=ROOT,
        env={**CLEAN, "OODAEMON_CONFIG": str(folder / "config.toml"), "OODAEMON_STATE_DIR": str(folder / "s"), **environ},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.stdout == ""
    return done.returncode, done.stderr.splitlines()


def test_everything_that_is_wrong_is_said_at_once(folder: Path) -> None:
    code, said = attempt(
        folder,
        "--browsers",
        "17",
        config='pase = "fast"\n',
        OODAEMON_HTTP="0.0.0.0:9464",
        OODAEMON_BASE_URL="optionomega",
        OODAEMON_BROWSER="2",
        OO_PASSWORD="swordfish",
    )
    assert code == 78
    assert len(said) == 5
    assert all(line.startswith("oodaemon: ") for line in said)
    for words in (
        ("--browsers", "17"),
        ("config.toml", "'pase'", "did you mean pace?"),
        ("OODAEMON_HTTP", "0.0.0.0"),
        ("OODAEMON_BASE_URL", "'optionomega'"),
        ("OODAEMON_BROWSER", "did you mean OODAEMON_BROWSERS?"),
    ):
        assert any(all(word in line for word in words) for line in said), (words, said)
    assert "swordfish" not in "\n".join(said)
    assert not (folder / "s").exists()


@pytest.mark.parametrize(
    ("environ", "word"),
    [
        ({"OODAEMON_CHROMIUM": "/nowhere/chromium"}, "OODAEMON_CHROMIUM"),
        ({"OODAEMON_LISTEN": "unix:/tmp/" + "x" * 110}, "107 bytes"),
        ({"OODAEMON_LISTEN": "127.0.0.1:1"}, "listen_tcp"),
        ({"OODAEMON_LISTEN_TCP": "127.0.0.1:1"}, "tls_cert"),
        ({"OODAEMON_NOTIFY_URL": "http://hooks.example/x"}, "https"),
        ({"OODAEMON_PACE": "hasty"}, "OODAEMON_PACE"),
        ({"OODAEMON_HEADLESS": "perhaps"}, "OODAEMON_HEADLESS"),
        ({"OODAEMON_CONFIG": "/nowhere/config.toml"}, "OODAEMON_CONFIG"),
        ({"OODAEMON_RECORDINGS": "/nowhere"}, "/nowhere"),
    ],
)
def test_one_thing_that_is_wrong_is_one_line(folder: Path, environ: dict[str, str], word: str) -> None:
    code, said = attempt(folder, **environ)
    assert code == 78
    assert word in said[-1]
    assert [line for line in said if line.startswith("oodaemon: ")] == said[-1:]
    assert "Traceback" not in "\n".join(said)


def test_a_folder_that_cannot_be_written_is_one_line(folder: Path) -> None:
    (folder / "s").touch()
    code, said = attempt(folder)
    assert code == 70
    assert said[-1].startswith("oodaemon: ")
    assert str(folder / "s") in said[-1]
    assert "Traceback" not in "\n".join(said)


def test_a_wrong_type_in_the_config_file_names_the_file(folder: Path) -> None:
    code, said = attempt(folder, config='browsers = "many"\n')
    assert code == 78
    assert len(said) == 1
    assert "config.toml" in said[0]
    assert "browsers" in said[0]
