"""Settings that lead out of this machine: what they need of each other, and that no secret of them is shown."""

import json
from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest

from oodaemon.__main__ import cli
from oodaemon.app import configuration
from oodaemon.app.certificate import make
from oodaemon.app.outside import channels_of, door_of
from oodaemon.app.settings import Settings, load
from oodaemon.app.sources import forget_secrets
from oodaemon.clock import utc_now
from oodaemon.errors import ConfigurationError

SECRET = "whispered-secret"
Load = Callable[..., Settings]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "config.toml").touch()
    return {"OODAEMON_CONFIG": str(tmp_path / "config.toml"), "OODAEMON_STATE_DIR": str(tmp_path / "s")}


def test_nobody_comes_in_and_nobody_is_told_by_default(environ: dict[str, str]) -> None:
    settings = load({}, environ)
    assert door_of(settings) is None
    assert channels_of(settings) == []


def test_the_network_is_only_listened_to_with_a_certificate(environ: dict[str, str], tmp_path: Path) -> None:
    environ["OODAEMON_LISTEN_TCP"] = "127.0.0.1:0"
    with pytest.raises(ConfigurationError, match="tls_cert and tls_key not set"):
        load({}, environ)
    with pytest.raises(ConfigurationError, match="listen_tcp: tls_key not set"):
        load({}, {**environ, "OODAEMON_TLS_CERT": "/x"})
    made = make(tmp_path / "tls", [], days=1, now=utc_now())
    settings = load({}, environ)
    assert (settings.tls_cert, settings.tls_key) == (made.cert, made.key), "that of `oodaemon cert make` is taken"
    found = door_of(settings)
    assert found is not None
    assert found.beside == tmp_path / "s" / "oodaemon.sock"


def test_a_webhook_needs_a_secret(environ: dict[str, str]) -> None:
    environ["OODAEMON_NOTIFY_URL"] = f"https://hooks.example/{SECRET}"
    with pytest.raises(ConfigurationError, match="notify_secret is not set") as caught:
        load({}, environ)
    assert SECRET not in str(caught.value)


def test_a_webhook_in_the_clear_is_refused_without_showing_it(environ: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="not https") as caught:
        load({}, {**environ, "OODAEMON_NOTIFY_URL": f"http://hooks.example/{SECRET}"})
    assert SECRET not in str(caught.value)
    load({}, {**environ, "OODAEMON_NOTIFY_URL": "http://127.0.0.1:1/x", "OODAEMON_NOTIFY_SECRET": SECRET})


def test_no_secret_is_shown(environ: dict[str, str]) -> None:
    given = {**environ, "OODAEMON_NOTIFY_URL": f"https://hooks.example/{SECRET}", "OODAEMON_NOTIFY_SECRET": SECRET}
    lines = list(configuration.as_lines(configuration.entries({}, given)))
    shown = "\n".join(lines) + json.dumps([configuration.as_record(entry) for entry in configuration.entries({}, given)])
    assert SECRET not in shown
    assert "https://hooks.example/..." in shown
    assert SECRET not in repr(load({}, given))


def test_a_secret_that_others_may_read_is_a_warning(environ: dict[str, str]) -> None:
    file = Path(environ["OODAEMON_CONFIG"])
    file.write_text(f'notify_url = "https://hooks.example/x"\nnotify_secret = "{SECRET}"\n')
    file.chmod(0o644)
    (told,) = configuration.warnings(environ)
    assert "others may read it" in told
    assert SECRET not in told
    file.chmod(0o600)
    assert configuration.warnings(environ) == []


def test_browsers_do_not_inherit_it() -> None:
    environ = {"OODAEMON_NOTIFY_SECRET": SECRET, "OOCTL_TOKEN": SECRET, "PATH": "/bin"}
    forget_secrets(environ)  # type: ignore[arg-type]
    assert environ == {"PATH": "/bin"}


@pytest.mark.parametrize(("given", "words"), [('["a b", "c"]', ("a b", "c")), ("say 'a b' $HOME", ("say", "a b", "$HOME"))])
def test_a_command_is_a_list_of_words(environ: dict[str, str], given: str, words: tuple[str, ...]) -> None:
    assert load({}, {**environ, "OODAEMON_NOTIFY_COMMAND": given}).notify_command == words


@pytest.mark.parametrize("given", ["say 'a", "[1", '["a", 1]'])
def test_a_command_that_is_none_is_one_line(environ: dict[str, str], given: str) -> None:
    with pytest.raises(ConfigurationError, match="OODAEMON_NOTIFY_COMMAND") as caught:
        load({}, {**environ, "OODAEMON_NOTIFY_COMMAND": given})
    assert len(caught.value.problems) == 1


def test_the_command_that_tries_it_out(environ: dict[str, str], tmp_path: Path) -> None:
    def invoke(command: str) -> click.testing.Result:
        return click.testing.CliRunner().invoke(cli, ["notify", "test"], env={**environ, "OODAEMON_NOTIFY_COMMAND": command})

    told = invoke(json.dumps(["/bin/sh", "-c", f"cat > {tmp_path}/told"]))
    assert (told.exit_code, told.stdout) == (0, "command  told\n")
    assert json.loads((tmp_path / "told").read_text())["condition"] == "Test"
    failed = invoke("/bin/false")
    assert (failed.exit_code, failed.stdout) == (1, "command  FAILED: it ended with 1\n")
    with pytest.raises(ConfigurationError, match="neither notify_command nor notify_url is set"):
        click.testing.CliRunner().invoke(cli, ["notify", "test"], env=environ, catch_exceptions=False)
