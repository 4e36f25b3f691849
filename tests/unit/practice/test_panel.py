"""The table of fields."""

import pytest

from oodaemon.practice.fields import SECTIONS, is_met
from oodaemon.practice.form import Form
from oodaemon.practice.panel import BY_KEY, FIELDS, STRATEGIES, default_state, schema

DERIVED = {"sells_put", "sells_call", "all_0dte"}


def test_keys_are_unique_and_sections_known() -> None:
    assert len(BY_KEY) == len(FIELDS)
    assert {field.section for field in FIELDS} == set(SECTIONS)


def test_conditions_name_fields_that_exist() -> None:
    for field in FIELDS:
        for condition in filter(None, (field.needs, field.enabled_by)):
            terms = condition.replace("|", "&").split("&")
            assert {term.removeprefix("!").split("=")[0] for term in terms} <= set(BY_KEY) | DERIVED, field.key


def test_the_attributes_of_a_form_are_fields_with_an_effect() -> None:
    attributes = {name for name in Form.__dataclass_fields__ if not name.endswith(("_unit", "_value"))}
    assert attributes - {"legs", "extras", "groups"} <= {field.key for field in FIELDS if not field.ignored}


def test_what_is_ignored_is_little() -> None:
    ignored = {field.key for field in FIELDS if field.ignored}
    squeeze = {f"{bound}_{name}" for bound in ("min", "max") for name in ("dix", "gex", "gxv")} | {"use_squeeze"}
    reentry = {key for key in BY_KEY if key.startswith("reenter")}
    others = {"per_leg_stop", "intra_minute_stops", "intra_minute_source", "ignore_wide", "close_at_end", "use_csv", "csv_file"}
    assert ignored == squeeze | reentry | others


def labels(version: str) -> set[str]:
    rows: list[dict[str, str]] = schema(version=version)["fields"]  # type: ignore[assignment]  # JSON values are objects
    return {row["label"] for row in rows}


def test_versions_of_the_site() -> None:
    changing = {"Max Open Trades", "Max Open Positions", "Early Exit Date", "Early Exit Type", "Use Time Actions"}
    assert labels("2022") & changing == {"Max Open Trades", "Early Exit Date"}
    assert labels("2025") & changing == {"Max Open Trades", "Early Exit Type"}
    assert labels("2026") & changing == {"Max Open Positions", "Early Exit Type", "Use Time Actions"}


def test_entry_and_exit_share_captions() -> None:
    for label in ("Use VIX", "Use Technical Indicators", "Min RSI"):
        assert [f.section for f in FIELDS if f.label == label] == ["Entry Conditions", "Exit Conditions"]


@pytest.mark.parametrize(
    ("condition", "is_true"),
    [
        ("", True),
        ("a", True),
        ("b", False),
        ("a|b", True),
        ("a&b", False),
        ("c=x", True),
        ("b|c=x&a", True),
        ("c=y", False),
        ("!b", True),
        ("!a", False),
    ],
)
def test_conditions(condition: str, is_true: bool) -> None:
    assert is_met(condition, {"a": True, "b": "", "c": "x"}) is is_true


def test_the_page_gets_a_blank_panel_and_every_row() -> None:
    told = schema()
    lists = {field.key: [] for field in FIELDS if field.kind == "rows"}
    assert told["blank"] == {**default_state(), **lists, "groups": []}
    assert len(told["fields"]) == len(FIELDS)  # type: ignore[arg-type]  # JSON values are objects


def test_common_strategies_start_with_a_leg_of_their_own() -> None:
    assert all(not legs[0][-1] for legs in STRATEGIES.values())
