"""Settings: who wins, what is refused and in which words, and what is never shown."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import platformdirs
import pytest

from oodaemon.app.settings import Settings, forget_password, load
from oodaemon.dispatch.pace import Manners, Pace
from oodaemon.errors import ConfigurationError
from oodaemon.model.notices import Topic
from oodaemon.rpc.address import Address

SECRET = "s3cret-p4ssword"
Config = Callable[[str], dict[str, str]]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of its own, so that no settings of this machine are read."""
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Writes a config.toml and returns the environment that names it."""

    def write(content: str) -> dict[str, str]:
        file = tmp_path / "mine.toml"
        file.write_text(content)
        return {"OODAEMON_CONFIG": str(file)}

    return write


def problems(flags: Mapping[str, Any], environ: Mapping[str, str]) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load(flags, environ)
    assert all("\n" not in line for line in caught.value.problems)
    return list(caught.value.problems)


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    settings = load({}, {})
    assert settings.base_url == "https://optionomega.com"
    assert (settings.browsers, settings.headless, settings.pace, settings.practice) == (2, True, Pace.POLITE, False)
    assert settings.http_address == ("127.0.0.1", 9464)
    assert settings.recordings is None
    assert not settings.has_account
    assert tmp_path in settings.state_dir.parents
    assert settings.address == Address(path=settings.state_dir / "oodaemon.sock")


def test_a_flag_wins_over_the_environment_and_that_over_the_file(config: Config) -> None:
    environ = config('browsers = 3\npace = "fast"\nbase_url = "https://file.example"')
    assert load({}, environ).browsers == 3
    environ["OODAEMON_BROWSERS"] = "4"
    assert load({}, environ).browsers == 4
    settings = load({"browsers": "5"}, environ)
    assert settings.browsers == 5
    assert (settings.pace, settings.base_url) == (Pace.FAST, "https://file.example")


def test_every_setting_can_be_in_the_environment(tmp_path: Path) -> None:
    environ = {
        "OODAEMON_STATE_DIR": str(tmp_path / "s"),
        "OODAEMON_BASE_URL": "http://127.0.0.1:8460/",
        "OODAEMON_BROWSERS": "16",
        "OODAEMON_HEADLESS": "false",
        "OODAEMON_LISTEN": "/run/oo.sock",
        "OODAEMON_LISTEN_TCP": "0.0.0.0:50051",
        "OODAEMON_TLS_CERT": str(tmp_path / "c.pem"),
        "OODAEMON_TLS_KEY": str(tmp_path / "k.pem"),
        "OODAEMON_NOTIFY_COMMAND": "notify-send 'a b'",
        "OODAEMON_NOTIFY_ON": "run_ended, attention",
        "OODAEMON_NOTIFY_URL": "https://hooks.example/x",
        "OODAEMON_NOTIFY_SECRET": SECRET,
        "OODAEMON_HTTP": "off",
        "OODAEMON_PACE": "fast",
        "OODAEMON_PRACTICE": "true",
        "OODAEMON_CHROMIUM": "/opt/chrome",
        "OODAEMON_RECORDINGS": str(tmp_path),
        "OO_EMAIL": "me@example.com",
        "OO_PASSWORD": SECRET,
    }
    settings = load({}, environ)
    assert settings.state_dir == tmp_path / "s"
    assert settings.base_url == "http://127.0.0.1:8460"
    assert (settings.browsers, settings.headless, settings.practice, settings.chromium) == (16, False, True, "/opt/chrome")
    assert settings.address == Address(path=Path("/run/oo.sock"))
    assert settings.tcp_address == Address(host="0.0.0.0", port=50051)
    assert (settings.tls_cert, settings.tls_key) == (tmp_path / "c.pem", tmp_path / "k.pem")
    assert settings.notify_command == ("notify-send", "a b")
    assert settings.notify_on == (Topic.RUN_ENDED, Topic.ATTENTION)
    assert settings.notify_secret.get_secret_value() == SECRET
    assert settings.http_address is None
    assert settings.pace is Pace.FAST
    assert settings.recordings == tmp_path
    assert settings.has_account
    assert settings.password.get_secret_value() == SECRET


def test_the_file_in_its_usual_place_is_read(tmp_path: Path) -> None:
    folder = platformdirs.user_config_path("oodaemon")
    assert tmp_path in folder.parents
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text("browsers = 7")
    assert load({}, {}).browsers == 7


def test_a_file_that_was_named_and_is_not_there_is_refused(tmp_path: Path) -> None:
    missing = tmp_path / "missing.toml"
    assert problems({}, {"OODAEMON_CONFIG": str(missing)}) == [f"OODAEMON_CONFIG: there is no file {missing}"]


@pytest.mark.parametrize("content", [b"browsers = ", b"\xff\xfe", b"[a\n"])
def test_a_file_that_is_no_toml_is_refused(config: Config, tmp_path: Path, content: bytes) -> None:
    environ = config("")
    (tmp_path / "mine.toml").write_bytes(content)
    (line,) = problems({}, environ)
    assert line.startswith(f"{tmp_path / 'mine.toml'}: is no TOML: ")


@pytest.mark.parametrize(
    ("variable", "near"),
    [
        ("OODAEMON_BROWSER", "OODAEMON_BROWSERS"),
        ("OODAEMON_HEADLES", "OODAEMON_HEADLESS"),
        ("OODAEMON_STATEDIR", "OODAEMON_STATE_DIR"),
    ],
)
def test_an_unknown_variable_is_refused_with_the_near_one(variable: str, near: str) -> None:
    assert problems({}, {variable: "3"}) == [f"{variable}: there is no such setting; did you mean {near}?"]


def test_the_password_under_another_name_is_not_taken_for_the_pace() -> None:
    (line,) = problems({}, {"OODAEMON_PASSWORD": SECRET})
    assert SECRET not in line
    assert "OO_PASSWORD" in line


def test_variables_of_others_are_left_alone() -> None:
    assert load({}, {"OO_SOMETHING": "x", "BROWSERS": "9", "oodaemon_browsers": "9"}).browsers == 2


def test_an_unknown_setting_in_the_file_is_refused_with_the_near_one(config: Config, tmp_path: Path) -> None:
    assert problems({}, config("browser = 3")) == [
        f"{tmp_path / 'mine.toml'}: there is no setting 'browser'; did you mean browsers?"
    ]


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("BROWSERS", "0", "greater than or equal to 1"),
        ("BROWSERS", "17", "less than or equal to 16"),
        ("BROWSERS", "two", "valid integer"),
        ("BROWSERS", "2.5", "valid integer"),
        ("HEADLESS", "perhaps", "valid boolean"),
        ("PACE", "slow", "'polite' or 'fast'"),
        ("BASE_URL", "optionomega.com", "'optionomega.com' is no web address"),
        ("BASE_URL", "ftp://optionomega.com", "is no web address"),
        ("BASE_URL", "https://", "is no web address"),
        ("HTTP", "9464", "'9464' is neither HOST:PORT nor off"),
        ("HTTP", "127.0.0.1:99999", "is neither HOST:PORT nor off"),
        ("HTTP", "0.0.0.0:9464", "0.0.0.0 is reachable from other machines"),
        ("LISTEN", "127.0.0.1:50051", "'127.0.0.1:50051' is not unix:PATH; for clients over the network set listen_tcp"),
        ("LISTEN", "somewhere", "'somewhere' is not unix:PATH"),
        ("LISTEN_TCP", "0.0.0.0", "'0.0.0.0' is no HOST:PORT"),
        ("NOTIFY_URL", "http://hooks.example/x", "it is not https"),
        ("NOTIFY_URL", "hooks.example/x", "it is no web address"),
        ("NOTIFY_ON", "everything", "'run_ended', 'attention' or 'recovered'"),
        ("LISTEN", "/" + "x" * 120, "is longer than 107 bytes"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_it(name: str, value: str, why: str) -> None:
    (line,) = problems({}, {f"OODAEMON_{name}": value})
    assert line.startswith(f"OODAEMON_{name}: ")
    assert why in line


@pytest.mark.parametrize(("flag", "shown"), [("browsers", "--browsers"), ("base_url", "--base-url")])
def test_a_wrong_flag_is_named_as_it_is_typed(flag: str, shown: str) -> None:
    (line,) = problems({flag: "nonsense"}, {})
    assert line.startswith(f"{shown}: ")


def test_a_wrong_value_of_the_file_is_named_by_the_file(config: Config) -> None:
    (line,) = problems({}, config('browsers = "many"'))
    assert "config.toml" in line or "mine.toml" in line
    assert "'many'" in line


def test_a_value_that_is_overruled_is_not_looked_at(config: Config) -> None:
    environ = config('browsers = "many"')
    assert load({"browsers": "3"}, environ).browsers == 3


def test_everything_that_is_wrong_is_told_at_once(config: Config) -> None:
    environ = config('pase = "fast"\nbase_url = "nowhere"') | {"OODAEMON_BROWSERS": "0", "OODAEMON_COLOUR": "red"}
    found = problems({"pace": "slow"}, environ)
    assert len(found) == 5
    for word in ("pase", "nowhere", "OODAEMON_BROWSERS", "OODAEMON_COLOUR", "--pace"):
        assert any(word in line for line in found)


@pytest.mark.parametrize("environ", [{"OO_PASSWORD": SECRET, "OODAEMON_BROWSERS": "0"}, {"OODAEMON_PASSWORD": SECRET}])
def test_the_password_is_in_no_error(environ: dict[str, str]) -> None:
    assert all(SECRET not in line for line in problems({}, environ))


@pytest.mark.parametrize("content", [f'password = ["{SECRET}"]', f'password = {{ a = "{SECRET}" }}', f'password = "{SECRET}'])
def test_the_password_of_the_file_is_in_no_error_either(config: Config, content: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load({}, config(content))
    assert SECRET not in str(caught.value) + repr(caught.value)


def test_the_password_is_in_no_text_of_the_settings() -> None:
    settings = load({}, {"OO_EMAIL": "me@example.com", "OO_PASSWORD": SECRET})
    assert all(SECRET not in text for text in (repr(settings), str(settings), f"{settings}", settings.model_dump_json()))


@pytest.mark.parametrize(("email", "password"), [("", SECRET), ("me@example.com", ""), ("", "")])
def test_half_an_account_is_none(email: str, password: str) -> None:
    assert not load({}, {"OO_EMAIL": email, "OO_PASSWORD": password}).has_account


def test_the_password_is_taken_out_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OO_PASSWORD", SECRET)
    monkeypatch.setenv("DEBUG", "pw:protocol")
    forget_password(os.environ)
    assert not {"OO_PASSWORD", "DEBUG"} & set(os.environ)
    forget_password(os.environ)


def test_the_socket_is_in_the_folder_for_sockets_unless_a_state_folder_is_named(tmp_path: Path) -> None:
    environ = {"XDG_RUNTIME_DIR": "/run/user/7"}
    assert load({}, environ).address == Address(path=Path("/run/user/7/oodaemon.sock"))
    named = load({"state_dir": str(tmp_path / "s")}, environ)
    assert named.address == Address(path=tmp_path / "s" / "oodaemon.sock")
    assert load({}, {**environ, "OODAEMON_STATE_DIR": str(tmp_path / "s")}).address == named.address
    assert load({"listen": "unix:/tmp/x.sock"}, environ).address == Address(path=Path("/tmp/x.sock"))


def test_practice_keeps_its_store_apart_and_waits_for_nobody() -> None:
    real, practice = load({}, {}), load({"practice": True}, {})
    assert practice.state_dir == real.state_dir / "practice"
    assert (real.pace, practice.pace) == (Pace.POLITE, Pace.FAST)
    assert practice.address == real.address, "a client finds either without being told"


def test_practice_does_as_it_is_told(tmp_path: Path, config: Config) -> None:
    assert load({"practice": True, "pace": "polite"}, {}).pace is Pace.POLITE
    assert load({"practice": True}, config('pace = "polite"')).pace is Pace.POLITE
    settings = load({"practice": True, "state_dir": str(tmp_path / "s")}, {})
    assert settings.state_dir == tmp_path / "s"


def test_settings_cannot_be_changed() -> None:
    settings = load({}, {})
    with pytest.raises(ValueError, match="frozen"):
        settings.browsers = 3  # type: ignore[misc]  # that is the point
    assert isinstance(settings, Settings)


def test_the_manners_are_those_of_the_pace_but_for_what_is_set(config: Config) -> None:
    assert load({}, {}).manners == Manners(before_action=0.5, between_runs=6, per_minute=10)
    assert load({}, {"OODAEMON_PRACTICE": "true"}).manners == Manners(before_action=0, between_runs=0, per_minute=None)
    slower = load({}, config("min_seconds_between_runs = 20\nmax_runs_per_minute = 2"))
    assert slower.manners == Manners(before_action=0.5, between_runs=20, per_minute=2)
    fast = load({"pace": "fast"}, {"OODAEMON_MIN_SECONDS_BETWEEN_RUNS": "0.5", "OODAEMON_MAX_RUNS_PER_MINUTE": "30"})
    assert fast.manners == Manners(before_action=0, between_runs=0.5, per_minute=30)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MIN_SECONDS_BETWEEN_RUNS", "-1"),
        ("MIN_SECONDS_BETWEEN_RUNS", "nan"),
        ("MIN_SECONDS_BETWEEN_RUNS", "soon"),
        ("MAX_RUNS_PER_MINUTE", "0"),
        ("MAX_RUNS_PER_MINUTE", "1.5"),
        ("MIN_FREE_MIB", "-1"),
    ],
)
def test_manners_that_are_none_are_refused_by_name(name: str, value: str) -> None:
    (line,) = problems({}, {f"OODAEMON_{name}": value})
    assert line.startswith(f"OODAEMON_{name}: ")


def test_the_weights_of_recommendations(config: Config) -> None:
    environ = config("[recommend.capital]\nmax_drawdown = 3\nsortino = 1")
    assert load({}, environ).recommend == {"capital": {"max_drawdown": 3, "sortino": 1}}
    assert load({}, {}).recommend == {}
    in_json = {"OODAEMON_RECOMMEND": '{"returns": {"pl": 1, "stability": 0}}'}
    assert load({}, in_json).recommend == {"returns": {"pl": 1, "stability": 0}}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[recommend.fame]\npl = 1", "there is no goal 'fame'; there are returns, capital, balanced"),
        ("[recommend.capital]\nstarting_capital = 1", "capital: 'starting_capital' is no figure with a better and a worse"),
        ("[recommend.capital]\npl = -1", "capital: pl = -1.0 is no weight; it must be 0 or more"),
        ("[recommend.capital]\nstability = 1", "capital: no figure has a weight above 0"),
        ('[recommend.capital]\npl = "much"', "capital is no table of figures with a number each"),
        ("recommend = 3", "it is no table of goals"),
        ('recommend = "pl"', "it is neither a table nor JSON"),
    ],
)
def test_weights_that_make_no_score_are_refused(config: Config, content: str, said: str) -> None:
    (problem,) = problems({}, config(content))
    assert ": recommend: " in problem
    assert said in problem


def test_a_real_site_is_eased_off_whatever_is_set() -> None:
    off = {"OODAEMON_EASE_OFF": "false"}
    assert load({"practice": True}, {}).manners.eases_off
    assert not load({"practice": True}, off).manners.eases_off
    assert load({}, off).manners.eases_off
