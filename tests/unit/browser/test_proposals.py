"""What an export of Chrome's Recorder proposes."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from oodaemon.app import recording
from oodaemon.app.settings import Settings
from oodaemon.browser.proposals import align, propose, read_export
from oodaemon.browser.recordings import load
from oodaemon.errors import ConfigurationError
from tests.unit.browser.copies import REAL, copy_of_recordings

FLOW = json.loads((REAL / "backtest_flow.json").read_text("utf-8"))
NAMED = json.loads((REAL / "selectors.json").read_text("utf-8"))
VIEW = {"type": "setViewport", "width": 800, "height": 600}


def export(**changed: list[Any]) -> list[dict[str, Any]]:
    """A sign-in and the opening of the panel as Chrome would export them, some steps with other selectors."""
    new = [["aria/New Backtest"], ["div.grow > button.btn-primary"], ["xpath///*[@id='app']/div/button[3]"], ["text/New Backtest"]]
    steps = {
        "go": {"type": "navigate", "url": "https://optionomega.com/login"},
        "email": {"type": "change", "value": "me@example.com", "selectors": [["form input[type=email]"]]},
        "password": {"type": "change", "value": "x", "selectors": [["form input[type=password]"]]},
        "submit": {"type": "click", "selectors": [["aria/Sign in"], ["form button[type=submit]"]]},
        "open": {"type": "navigate", "url": "https://optionomega.com/test/zzzzzzzzzzzzzzzzzzzz"},
        "panel": {"type": "click", "selectors": new},
    }
    for name, selectors in changed.items():
        steps[name]["selectors"] = selectors
    return list(steps.values())


def test_an_export_that_knows_our_locators_changes_nothing() -> None:
    assert propose(FLOW, NAMED, export()).changes == ()


def test_a_button_that_was_renamed_brings_its_locators_first_and_keeps_the_old_ones() -> None:
    before = copy.deepcopy((FLOW, NAMED))
    found = propose(
        FLOW, NAMED, export(panel=[["aria/Start Test"], ["#headlessui-menu-7 > button"], ["button.run-new"], ["text/Start Test"]])
    )
    assert before == (FLOW, NAMED), "nothing is changed in place"
    assert [(change.place, change.new) for change in found.changes] == [
        ("flow open_panel, step 1: click", ("aria/Start Test", "button.run-new", "text/Start Test")),
        ("test.new_backtest", ("button.run-new",)),
    ]
    assert found.named["pages"]["test"]["new_backtest"] == ["button.run-new", *NAMED["pages"]["test"]["new_backtest"]]
    assert "+ button.run-new" in list(found.lines())


def test_fields_of_the_sign_in_are_told_apart_by_what_they_are_for() -> None:
    found = propose(FLOW, NAMED, export(email=[["#email"]], password=[["#password-box"]]))
    assert [(c.place, c.new) for c in found.changes] == [
        ("flow sign_in, step 2: change", ("#email",)),
        ("flow sign_in, step 3: change", ("#password-box",)),
        ("sign_in.form", ("#password-box",)),
    ]


def test_steps_that_match_nothing_are_told() -> None:
    run = {"type": "click", "selectors": [["div[role=dialog] form button[type=submit]"]]}
    found = propose(FLOW, NAMED, [*export(), run, {"type": "click", "selectors": [["#strange"], ["text/Share"]]}])
    assert found.changes == ()
    assert list(found.lines()) == ["? click #strange: matches no step of the present flow"]


def test_alignment_keeps_the_order() -> None:
    present = [step for step in FLOW["steps"] if step["type"] not in {"setViewport", "customStep"}]
    pairs = align(present, export())
    assert pairs == sorted(pairs)
    assert len({mine for mine, _ in pairs}) == len(pairs) == len({theirs for _, theirs in pairs}) == 6


BROKEN = {
    "no JSON": ("{", "is no JSON export of Chrome's Recorder"),
    "a list": ("[]", "it has no list of steps"),
    "no steps": ('{"steps": []}', "it has no list of steps"),
    "a step that is none": ('{"steps": [7]}', "step 1 is not a step"),
    "a step without selectors": ('{"steps": [{"type": "click"}]}', r"step 1 \(click\) has no selectors"),
    "selectors that are none": ('{"steps": [{"type": "change", "selectors": [[]]}]}', r"step 1 \(change\) has no selectors"),
}


@pytest.mark.parametrize(("content", "message"), BROKEN.values(), ids=BROKEN)
def test_a_malformed_export_is_refused_in_one_sentence(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "export.json"
    file.write_text(content, "utf-8")
    with pytest.raises(ConfigurationError, match=message) as caught:
        read_export(file)
    assert len(caught.value.problems) == 1


def test_a_missing_export_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"cannot read .*nowhere\.json: No such file"):
        read_export(tmp_path / "nowhere.json")


def run_import(tmp_path: Path, steps: list[dict[str, Any]], *, write: bool) -> tuple[Path, list[str], bool]:
    folder = copy_of_recordings(tmp_path)
    file = tmp_path / "export.json"
    file.write_text(json.dumps({"title": "x", "steps": [VIEW, *steps]}), "utf-8")
    said: list[str] = []
    settings = Settings(state_dir=tmp_path, recordings=folder)
    return folder, said, recording.propose(settings, file, write=write, say=said.append)


def test_a_proposal_is_only_shown(tmp_path: Path) -> None:
    folder, said, is_change = run_import(tmp_path, export(panel=[["button.run-new"]]), write=False)
    assert is_change
    assert "+ button.run-new" in said
    assert {f.name: f.read_bytes() for f in folder.iterdir()} == {f.name: f.read_bytes() for f in REAL.iterdir()}


def test_a_proposal_that_is_written_loads_and_leaves_what_was_there_beside_it(tmp_path: Path) -> None:
    folder, _, _ = run_import(tmp_path, export(panel=[["button.run-new"]]), write=True)
    known = load(folder)
    assert known.locator("test", "new_backtest")[0] == "css=button.run-new"
    assert known.segments["open_panel"][0].selectors[0] == "css=button.run-new"
    assert len(known.segments["open_panel"][0].selectors) == 4
    for name in ("selectors.json", "backtest_flow.json"):
        assert (folder / f"{name}.bak").read_bytes() == (REAL / name).read_bytes()


def test_an_export_that_changes_nothing_writes_nothing(tmp_path: Path) -> None:
    folder, said, is_change = run_import(tmp_path, export(), write=True)
    assert not is_change
    assert said == ["the export changes nothing"]
    assert sorted(f.name for f in folder.iterdir()) == sorted(f.name for f in REAL.iterdir())
