"""Sessions between two starts: for their account alone, without its secrets, and never a reason to fail."""

import json
import stat
from pathlib import Path

import pytest

from oodaemon.failures.redaction import Redaction
from oodaemon.vault.account import Key
from oodaemon.vault.sessions import SessionFile

SITE, EMAIL, PASSWORD = "https://optionomega.com", "margot@example.com", "s3cret-vogel"
REDACTION = Redaction((PASSWORD, EMAIL))
STORAGE = {
    "cookies": [{"name": "sid", "value": "abc"}],
    "origins": [{"origin": SITE, "localStorage": [{"name": "a", "value": "b"}]}],
}


def of(folder: Path, site: str = SITE, name: str = "default") -> SessionFile:
    return SessionFile(folder, Key(name, site))


def test_a_session_is_found_by_the_next_start(tmp_path: Path) -> None:
    of(tmp_path).save(EMAIL, STORAGE, REDACTION)
    assert of(tmp_path).load(EMAIL) == STORAGE
    assert of(tmp_path).load(EMAIL.upper()) == STORAGE, "addresses are the same in capitals"
    file = tmp_path / "sessions" / "default.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_it_serves_no_other_account_and_no_other_site(tmp_path: Path) -> None:
    of(tmp_path).save(EMAIL, STORAGE, REDACTION)
    assert of(tmp_path).load("other@example.com") is None
    assert of(tmp_path, site="https://elsewhere.example").load(EMAIL) is None
    assert of(tmp_path, name="second").load(EMAIL) is None


def test_what_tells_the_account_is_left_out_and_the_rest_stays(tmp_path: Path) -> None:
    leaky = {
        "cookies": [*STORAGE["cookies"], {"name": "who", "value": "margot%40example.com"}, {"name": "p", "value": PASSWORD}],
        "origins": [
            {
                "origin": SITE,
                "localStorage": [{"name": "a", "value": "b"}, {"name": "me", "value": json.dumps({"mail": EMAIL})}],
                "indexedDB": [
                    {"name": "db", "stores": [{"name": "s", "records": [{"key": 1, "value": EMAIL}, {"key": 2, "value": "x"}]}]}
                ],
            }
        ],
    }
    of(tmp_path).save(EMAIL, leaky, REDACTION)
    kept = of(tmp_path).load(EMAIL)
    assert kept is not None
    assert kept["cookies"] == STORAGE["cookies"]
    assert kept["origins"][0]["localStorage"] == [{"name": "a", "value": "b"}]
    assert kept["origins"][0]["indexedDB"][0]["stores"][0]["records"] == [{"key": 2, "value": "x"}]
    text = (tmp_path / "sessions" / "default.json").read_text()
    assert "margot" not in text
    assert "vogel" not in text


def test_where_it_cannot_be_cut_out_only_cookies_stay(tmp_path: Path) -> None:
    odd = {**STORAGE, "origins": [{"origin": f"{SITE}/{EMAIL}", "localStorage": []}]}
    of(tmp_path).save(EMAIL, odd, REDACTION)
    assert of(tmp_path).load(EMAIL) == {"cookies": STORAGE["cookies"], "origins": []}


@pytest.mark.parametrize("content", ["", "no json", "[]", "{}", '{"site": "https://optionomega.com"}', "[" * 3000])
def test_a_damaged_file_is_no_session(tmp_path: Path, content: str) -> None:
    of(tmp_path).save(EMAIL, STORAGE, REDACTION)
    of(tmp_path).path.write_text(content)
    assert of(tmp_path).load(EMAIL) is None


def test_a_folder_that_cannot_be_written_costs_a_sign_in_only(tmp_path: Path) -> None:
    (tmp_path / "sessions").write_text("in the way")
    session = of(tmp_path)
    session.save(EMAIL, STORAGE, REDACTION)
    assert session.load(EMAIL) is None
    assert not session.forget()


def test_it_can_be_forgotten(tmp_path: Path) -> None:
    of(tmp_path).save(EMAIL, STORAGE, REDACTION)
    assert of(tmp_path).forget()
    assert not of(tmp_path).forget()
    assert of(tmp_path).load(EMAIL) is None
