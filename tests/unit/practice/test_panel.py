"""The table of fields."""

import pytest

from oodaemon.practice.fields import SECTIONS, is_met
from oodaemon.practice.form import Form
from oodaemon.practice.panel import BY_KEY, FIELDS, STRATEGIES, default_state, schema

DERIVED = {"sells_put", "sells_call", "never"}


def test_keys_are_unique_and_sections_known() -> None:
    assert len(BY_KEY) == len(FIELDS)
    assert {field.section for field in FIELDS} == set(SECTIONS)


def test_conditions_name_fields_that_exist() -> None:
    for field in FIELDS:
        for condition in filter(None, (field.needs, field.enabled_by)):
            terms = condition.replace("|", "&").split("&")
            assert {term.split("=")[0] for term in terms} <= set(BY_KEY) | DERIVED, field.key


def test_honoured_fields_are_the_attributes_of_a_form() -> None:
    honoured = {field.key for field in FIELDS if field.honoured}
    attributes = {name for name in Form.__dataclass_fields__ if not name.endswith(("_unit", "_value"))}
    assert honoured == attributes - {"legs", "extras"}


def test_entry_and_exit_share_captions() -> None:
    for label in ("Use VIX", "Use Technical Indicators", "Min RSI"):
        assert [f.section for f in FIELDS if f.label == label] == ["Entry Conditions", "Exit Conditions"]


@pytest.mark.parametrize(
    ("condition", "is_true"),
    [("", True), ("a", True), ("b", False), ("a|b", True), ("a&b", False), ("c=x", True), ("b|c=x&a", True), ("c=y", False)],
)
def test_conditions(condition: str, is_true: bool) -> None:
    assert is_met(condition, {"a": True, "b": "", "c": "x"}) is is_true


def test_the_page_gets_a_blank_panel_and_every_row() -> None:
    told = schema()
    assert told["blank"] == default_state()
    assert len(told["fields"]) == len(FIELDS)  # type: ignore[arg-type]  # JSON values are objects


def test_common_strategies_start_with_a_leg_of_their_own() -> None:
    assert all(not legs[0][-1] for legs in STRATEGIES.values())
