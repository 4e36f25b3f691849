"""Broken recordings, which must say what is wrong with them."""

from pathlib import Path

import pytest

from oodaemon.browser.recordings import FLOW, SEGMENTS, SELECTORS
from tests.unit.browser.copies import copy_of_recordings, edit, problems, remove, steps, without_steps


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_of_recordings(tmp_path)


@pytest.mark.parametrize("name", [FLOW, SELECTORS])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert problems(folder) == (f"cannot read the recording {folder / name}: No such file or directory",)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path / "nowhere")
    assert str(tmp_path / "nowhere") in problem


@pytest.mark.parametrize("content", [b"{", b"", b"\xff\xfe", b'{"steps": [}'])
@pytest.mark.parametrize("name", [FLOW, SELECTORS])
def test_a_file_that_is_no_json_is_named(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    (problem,) = problems(folder)
    assert problem.startswith(f"the recording {folder / name} is no JSON: ")


@pytest.mark.parametrize("name", [FLOW, SELECTORS])
def test_json_of_another_shape_is_refused(folder: Path, name: str) -> None:
    (folder / name).write_text("[1]")
    (problem,) = problems(folder)
    assert problem.startswith(f"{folder}: the recordings are not complete")


def test_a_step_that_cannot_be_played_is_named(folder: Path) -> None:
    edit(folder, FLOW, lambda flow: flow["steps"].append({"type": "hover", "selectors": [["#a"]]}))
    (problem,) = problems(folder)
    assert problem.startswith(f"{folder}: {FLOW}: a step of type hover cannot be played; record it as one of change, click, ")


@pytest.mark.parametrize("segment", SEGMENTS)
def test_a_segment_without_steps_is_named(folder: Path, segment: str) -> None:
    edit(folder, FLOW, without_steps(segment))
    assert problems(folder) == (f"{folder}: {FLOW}: the segment {segment} has no steps",)


def test_a_segment_that_is_gone_is_named(folder: Path) -> None:
    edit(
        folder,
        FLOW,
        lambda flow: flow.__setitem__("steps", [s for s in flow["steps"] if s.get("parameters", {}).get("name") != "result"]),
    )
    assert problems(folder) == (f"{folder}: {FLOW}: the segment result has no steps",)


def test_every_problem_is_told_at_once(folder: Path) -> None:
    edit(folder, FLOW, without_steps("run"))
    edit(folder, FLOW, lambda flow: flow["steps"].append({"type": "scroll"}))
    edit(folder, SELECTORS, lambda named: named["pages"]["results"].__setitem__("bullets", ["text/li"]))
    found = problems(folder)
    assert len(found) == 3
    assert all(any(word in line for line in found) for word in ("scroll", "run", "results.bullets"))


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("test", "heading"),
        ("test", "new_backtest"),
        ("sign_in", "form"),
        ("sign_in", "challenge"),
        ("panel", "dialog"),
        ("panel", "leg_rows"),
        ("popup", "markers"),
        ("popup", "spinner"),
        ("results", "metric_groups"),
        ("results", "config_cards"),
        ("results", "bullets"),
        ("results", "leg_rows"),
    ],
)
@pytest.mark.parametrize("selector", ["text/Run", "aria/Run", "pierce/#run"])
def test_a_locator_the_scripts_cannot_resolve_is_named(folder: Path, page: str, name: str, selector: str) -> None:
    edit(folder, SELECTORS, lambda named: named["pages"][page].__setitem__(name, ["#sound", selector]))
    assert problems(folder) == (f"{folder}: {SELECTORS}: {page}.{name} must be css or xpath, not {selector}",)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (SELECTORS, ["schemes"]),
        (SELECTORS, ["pages"]),
        (SELECTORS, ["pages", "results"]),
        (SELECTORS, ["pages", "test", "heading"]),
        (SELECTORS, ["sections"]),
        (SELECTORS, ["sections", "Profit & Loss", "section"]),
        (SELECTORS, ["texts"]),
        (SELECTORS, ["metrics"]),
        (SELECTORS, ["metrics", "pl", "unit"]),
        (SELECTORS, ["timing"]),
        (FLOW, ["steps"]),
    ],
    ids=lambda x: ".".join(x) if isinstance(x, list) else "",
)
def test_a_missing_key_is_named(folder: Path, name: str, path: list[str]) -> None:
    edit(folder, name, remove(*path))
    found = problems(folder)
    assert any(path[-1] in line for line in found)
    assert any(str(folder) in line for line in found)


@pytest.mark.parametrize(
    "path",
    [
        ["pages", "panel", "input"],
        ["pages", "panel", "unit_button"],
        ["pages", "panel", "option"],
        ["pages", "panel", "leg_rows"],
        ["pages", "tests", "table_view"],
        ["texts", "unsaved"],
        ["texts", "selected_classes"],
        ["texts", "sign_in_refused"],
        ["texts", "sign_in_passing"],
        ["metrics", "pl"],
        ["timing", "field"],
        ["timing", "fill"],
        ["timing", "listbox"],
        ["timing", "form_still"],
        ["timing", "panel_close"],
        ["timing", "left"],
        ["timing", "sign_in_told"],
        ["timing", "mismatch"],
        ["timing", "quiet_after_popup"],
        ["timing", "quiet_without_popup_same_figures"],
    ],
    ids=".".join,
)
def test_a_missing_key_that_is_needed_later_is_named_at_once(folder: Path, path: list[str]) -> None:
    """Later would be in the middle of a task, or in the page, where a limit that is absent is a limit that never passes."""
    edit(folder, SELECTORS, remove(*path))
    assert path[-1] in "\n".join(problems(folder))


def test_a_flow_without_a_viewport_is_refused(folder: Path) -> None:
    edit(folder, FLOW, lambda flow: flow["steps"].pop(0))
    (problem,) = problems(folder)
    assert "setViewport" in problem


@pytest.mark.parametrize("alternatives", [[], "#heading"])
def test_alternatives_that_are_no_list_are_refused(folder: Path, alternatives: object) -> None:
    edit(folder, SELECTORS, lambda named: named["pages"]["test"].__setitem__("heading", alternatives))
    (problem,) = problems(folder)
    assert repr(alternatives) in problem


@pytest.mark.parametrize("value", ["soon", None, {}])
def test_a_time_that_is_no_number_is_refused(folder: Path, value: object) -> None:
    edit(folder, SELECTORS, lambda named: named["timing"].__setitem__("field", value))
    assert problems(folder)


def test_a_click_on_nothing_is_refused(folder: Path) -> None:
    edit(folder, FLOW, lambda flow: next(steps(flow, "run")).pop("selectors"))
    assert "click" in "\n".join(problems(folder))
