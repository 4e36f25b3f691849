"""What is shown of the settings: every one, its origin, and no secret."""

import json
import tomllib
from pathlib import Path

import click.testing
import pytest

from oodaemon.__main__ import cli
from oodaemon.app import configuration
from oodaemon.app.accounts import completed, key_of, vault_of
from oodaemon.app.settings import Settings, load
from oodaemon.app.sources import forget_secrets
from oodaemon.errors import ConfigurationError
from oodaemon.vault.account import Key, Login, Place

SECRET = "s3cret-vogel"
LOGIN = Login("margot@example.com", SECRET)


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text("browsers = 3\n")
    return {"OODAEMON_CONFIG": str(tmp_path / "config" / "config.toml"), "OODAEMON_STATE_DIR": str(tmp_path / "state")}


def shown(flags: dict[str, object], environ: dict[str, str]) -> dict[str, tuple[object, str]]:
    return {entry.name: (entry.value, entry.origin) for entry in configuration.entries(flags, environ)}


def test_every_setting_has_a_meaning_and_every_meaning_a_setting() -> None:
    assert set(configuration.MEANINGS) == set(Settings.model_fields)


def test_each_value_names_where_it_came_from(environ: dict[str, str]) -> None:
    found = shown({"pace": "fast"}, {**environ, "OODAEMON_DRAIN": "5"})
    assert set(found) == set(Settings.model_fields)
    assert found["browsers"] == (3, f"{environ['OODAEMON_CONFIG']}: browsers")
    assert found["drain"] == (5.0, "OODAEMON_DRAIN")
    assert found["pace"] == ("fast", "--pace")
    assert found["headless"] == (True, "default")
    assert found["recordings"] == (None, "default")
    assert shown({"practice": True}, environ)["pace"] == ("fast", "default of --practice")


@pytest.mark.parametrize("how", ["environment", "credentials", "file", "sealed"])
def test_the_account_is_named_by_its_origin_and_nothing_of_it_shown(environ: dict[str, str], tmp_path: Path, how: str) -> None:
    if how == "environment":
        environ |= {"OO_EMAIL": LOGIN.email, "OO_PASSWORD": SECRET}
        origin = "OO_PASSWORD"
    elif how == "credentials":
        (tmp_path / "creds").mkdir()
        (tmp_path / "creds" / "oo_email").write_text(f"{LOGIN.email}\n")
        (tmp_path / "creds" / "oo_password").write_text(f"{SECRET}\n")
        environ["CREDENTIALS_DIRECTORY"] = str(tmp_path / "creds")
        origin = "systemd credential oo_password"
    elif how == "file":
        Path(environ["OODAEMON_CONFIG"]).write_text(f'email = "{LOGIN.email}"\npassword = "{SECRET}"\n')
        origin = f"{environ['OODAEMON_CONFIG']}: password"
    else:
        settings = load({}, environ)
        vault_of(settings).save(key_of(settings), LOGIN, Place.FILE)
        origin = "ooctl login: encrypted file, account default"
    found = shown({}, environ)
    assert found["password"] == ("********", origin)
    assert found["email"][0] == "m…@e….com"
    settings, access = completed(load({}, environ))
    assert (settings.email, settings.password.get_secret_value()) == (LOGIN.email, SECRET)
    assert access.problem == ""
    assert (access.place is Place.FILE) == (how == "sealed")


def test_what_ooctl_login_kept_gives_way_to_the_settings_and_belongs_to_its_site(environ: dict[str, str]) -> None:
    settings = load({}, environ)
    vault_of(settings).save(key_of(settings), LOGIN, Place.FILE)
    theirs, access = completed(load({}, {**environ, "OO_EMAIL": "other@example.com", "OO_PASSWORD": "x"}))
    assert (theirs.email, access.place) == ("other@example.com", None)
    for other in ({"OODAEMON_BASE_URL": "http://127.0.0.1:8460"}, {"OODAEMON_ACCOUNT": "second"}, {"OODAEMON_PRACTICE": "true"}):
        assert not completed(load({}, {**environ, **other}))[0].has_account


@pytest.mark.parametrize(("given", "missing"), [("OO_EMAIL", "OO_PASSWORD"), ("OO_PASSWORD", "OO_EMAIL")])
def test_half_an_account_says_which_half_is_missing(environ: dict[str, str], given: str, missing: str) -> None:
    settings, access = completed(load({}, {**environ, given: "a@example.com"}))
    assert not settings.has_account
    assert f"set {missing} too" in access.problem


def test_a_place_that_cannot_be_read_is_a_problem_and_no_end(environ: dict[str, str], tmp_path: Path) -> None:
    settings = load({}, environ)
    vault_of(settings).save(key_of(settings), LOGIN, Place.FILE)
    (tmp_path / "config" / "credentials.key").unlink()
    found, access = completed(settings)
    assert not found.has_account
    assert "credentials.key" in access.problem
    assert "ooctl login" in access.problem
    assert shown({}, environ)["password"] == ("********", "ooctl login: encrypted file, account default")


def test_the_example_is_a_file_that_changes_nothing(environ: dict[str, str]) -> None:
    lines = list(configuration.example(environ))
    assert tomllib.loads("\n".join(lines)) == {}
    written = "\n".join(line.removeprefix("# ") for line in lines if line.startswith("# ") and " = " in line and line[2].islower())
    content = tomllib.loads(written)
    assert {"browsers", "pace", "drain", "base_url"} <= set(content)
    Path(environ["OODAEMON_CONFIG"]).write_text(written)
    del environ["OODAEMON_STATE_DIR"]
    from_file = load({}, environ).model_dump(exclude={"state_dir", "listen", "credentials_key"})
    Path(environ["OODAEMON_CONFIG"]).write_text("")
    assert from_file == load({}, environ).model_dump(exclude={"state_dir", "listen", "credentials_key"})


def test_a_credential_that_cannot_be_read_is_a_problem(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "creds" / "oo_password").mkdir(parents=True)
    with pytest.raises(ConfigurationError, match="oo_password: cannot be read"):
        load({}, {**environ, "CREDENTIALS_DIRECTORY": str(tmp_path / "creds")})
    (tmp_path / "creds" / "oo_email").write_bytes(b"\xff")
    with pytest.raises(ConfigurationError, match="oo_email: is no text"):
        load({}, {**environ, "CREDENTIALS_DIRECTORY": str(tmp_path / "creds")})


def test_the_way_to_the_credentials_is_not_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "/run/credentials/x")
    forget_secrets(os.environ)
    assert "CREDENTIALS_DIRECTORY" not in os.environ


def invoke(*args: str, **environ: str) -> click.testing.Result:
    return click.testing.CliRunner().invoke(cli, list(args), env=environ)


def test_the_commands(environ: dict[str, str]) -> None:
    file = Path(environ["OODAEMON_CONFIG"])
    told = invoke("config", "show", "-o", "json", **environ, OO_EMAIL=LOGIN.email, OO_PASSWORD=SECRET)
    assert told.exit_code == 0
    records = {each["name"]: each for each in json.loads(told.stdout)}
    assert records["browsers"] == {"name": "browsers", "value": 3, "origin": f"{file}: browsers", "variable": "OODAEMON_BROWSERS"}
    assert SECRET not in told.output
    assert LOGIN.email not in told.output
    assert "browsers" in invoke("config", "show", **environ).stdout
    assert "2 differ from their defaults" in invoke("config", "check", **environ).stdout
    assert invoke("config", "example", **environ).stdout.startswith("# Settings of oodaemon")
    file.write_text("browser = 3\n")
    with pytest.raises(ConfigurationError, match="did you mean browsers"):
        click.testing.CliRunner().invoke(cli, ["config", "check"], env=environ, catch_exceptions=False)


def test_a_password_that_others_may_read_is_a_warning(environ: dict[str, str]) -> None:
    file = Path(environ["OODAEMON_CONFIG"])
    file.write_text(f'password = "{SECRET}"\nemail = "a@example.com"\n')
    file.chmod(0o644)
    told = invoke("config", "check", **environ)
    assert told.exit_code == 0
    assert "others may read it" in told.stderr
    assert SECRET not in told.output
    file.chmod(0o600)
    assert invoke("config", "check", **environ).stderr == ""


def test_an_account_is_kept_per_site_and_name(environ: dict[str, str]) -> None:
    assert key_of(load({}, environ)) == Key("default", "https://optionomega.com")
    assert key_of(load({"practice": True}, environ)) == Key("default", "practice")
    with pytest.raises(ConfigurationError, match="OODAEMON_ACCOUNT"):
        load({}, {**environ, "OODAEMON_ACCOUNT": "../x"})
