"""The New Backtest panel as a table: one row per field, read by the form, the page and the summary.

A further field of the panel is a further row here. A row that is `ignored` is shown, validated and carried along, but the
engine does not look at it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "date", "int", "decimal", "signed", "time", "text", "toggle", "inline", "listbox", "select", "weekdays", "file", "sides", "rows"
]
State = Mapping[str, object]

INTEGER = r"^\d+$"
DECIMAL = r"^\d*(\.\d{1,2})?$"
SIGNED = r"^-?\d*(\.\d{1,2})?$"
PATTERNS: Mapping[str, str] = {"int": INTEGER, "decimal": DECIMAL, "signed": SIGNED}

SECTIONS = (
    "Dates",
    "Strategy",
    "Funds & Allocation",
    "Entry Conditions",
    "Leg Groups",
    "Profit & Loss",
    "Exit Conditions",
    "Misc.",
    "CSV File Upload Settings",
)
LEG_UNITS = (
    ("Δ", "Delta (Δ)"),
    ("%", "Percentage OTM (%)"),
    ("$", "Fixed Premium ($)"),
    ("±", "Strike Offset (±)"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One control of the panel.

    `needs` is the condition under which it exists, `enabled_by` the one under which it can be used: names of other keys
    joined by `|` (either) and `&` (both, which binds weaker), each true when its value is on or not blank; `key=value`
    compares, `!key` is true when the other is not.
    A field of the kind "rows" is a list of rows of `columns`, which the link `add` makes longer; "sides" is a pair of buttons.
    A field with `units` keeps the chosen one under `<key>_unit`; an inline toggle keeps its number under `<key>_value`.
    """

    key: str
    section: str
    label: str
    kind: Kind
    required: bool = False
    append: str = ""
    units: tuple[tuple[str, str], ...] = ()
    native_units: bool = False
    options: tuple[str, ...] = ()
    needs: str = ""
    enabled_by: str = ""
    default: str = ""
    on: bool = False
    group: str = "pb-4"
    tooltip: str = ""
    optional: bool = False
    ignored: bool = False
    columns: tuple["Field", ...] = ()
    add: str = ""


def is_met(condition: str, state: State) -> bool:
    """Whether a `needs` or `enabled_by` condition holds for the state of a panel; a blank condition always does."""
    return not condition or all(any(_is_true(term, state) for term in either.split("|")) for either in condition.split("&"))


def _is_true(term: str, state: State) -> bool:
    if term.startswith("!"):
        return not _is_true(term[1:], state)
    key, equals, wanted = term.partition("=")
    return state.get(key) == wanted if equals else bool(state.get(key))
