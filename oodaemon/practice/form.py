"""What a filled New Backtest panel says, typed, with the rules the site holds it to."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, time
from typing import Any

from oodaemon.practice.fields import is_met
from oodaemon.practice.legs import Group, Leg, LegUnit, Right, Side, leg_state, read_legs
from oodaemon.practice.panel import FIELDS, GROUPED, default_state
from oodaemon.practice.reading import read_field
from oodaemon.practice.texts import date_text, value_text

__all__ = ["BLANK", "Form", "Group", "InvalidForm", "Leg", "LegUnit", "Right", "Side"]

FIRST_DAY = date(2013, 1, 1)
LAST_DAY = date(2026, 12, 31)
FIRST_ENTRY = time(9, 32)
LAST_ENTRY = time(15, 59)
MAX_LEGS = 8
BLANK: Mapping[str, object] = default_state()
SECTION_OF = {field.key: field.section for field in FIELDS}
ENTRY_TIME_PROBLEM = "Entry time must be between 9:32 AM and 3:59 PM"


class InvalidForm(ValueError):
    """A form the site would not run. `problems` maps field keys (`legs` for the builder) to a sentence each."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{key}: {text}" for key, text in problems.items()))
        self.problems = dict(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The parameters of one backtest.

    Every attribute but `legs` and `extras` is a field of the panel with the same key; None is a blank field. `extras`
    holds all other fields as the panel does, only those that differ from a fresh panel, by key: read them with `text`,
    `number`, `moment`, `is_on` and `rows`.
    """

    start_date: date
    end_date: date
    legs: tuple[Leg, ...]
    ticker: str = "SPX"
    use_exact_dte: bool = True
    round_strikes: bool = False
    round_strikes_value: float | None = None
    starting_funds: float = 100_000.0
    allocation: float = 10.0
    max_open: int | None = None
    max_contracts: int | None = None
    max_allocation_amount: float | None = None
    entry_time: time = time(9, 45)
    frequency: str = "Daily"
    weekdays: tuple[int, ...] = ()
    specific_dates: str = ""
    profit_target: float | None = None
    profit_target_unit: str = "%"
    stop_loss: float | None = None
    stop_loss_unit: str = "%"
    use_early_exit: bool = False
    early_exit_days: int | None = None
    early_exit_days_unit: str = "DTE"
    early_exit_time: time | None = None
    use_fees: bool = False
    opening_fees: float | None = None
    closing_fees: float | None = None
    use_slippage: bool = False
    entry_slippage: float | None = None
    exit_slippage: float | None = None
    stop_loss_slippage: float | None = None
    extras: tuple[tuple[str, str | bool], ...] = ()
    groups: tuple[Group, ...] = ()

    def is_on(self, key: str) -> bool:
        """Whether a toggle among the extras is on."""
        return dict(self.extras).get(key) is True

    def text(self, key: str) -> str:
        """The text of a field among the extras: its default when it is untouched or not shown."""
        return str(dict(self.extras).get(key, BLANK[key]))

    def number(self, key: str) -> float | None:
        """The number in a field among the extras; None when it is blank or not shown."""
        text = self.text(key)
        return float(text) if text else None

    def moment(self, key: str) -> int | None:
        """The time in a field among the extras, in minutes from 9:30; None when it is blank or not shown."""
        text = self.text(key)
        return int(text[:2]) * 60 + int(text[3:]) - 570 if text else None

    def unit(self, key: str) -> str:
        """The chosen unit of a field among the extras; blank for one without."""
        return self.text(f"{key}_unit") if f"{key}_unit" in BLANK else ""

    def rows(self, key: str) -> list[dict[str, str]]:
        """The rows of a list among the extras, each by the keys of its columns."""
        rows: list[dict[str, str]] = json.loads(self.text(key) or "[]")
        return rows

    def entry_times(self) -> list[time]:
        """Every time of day at which the form enters, unless it floats."""
        return [self.entry_time, *(time.fromisoformat(row["time"]) for row in self.rows("more_entry_times"))]

    def with_state(self, **changes: object) -> "Form":
        """This form after some fields of its panel were filled in otherwise. Raises InvalidForm as `from_state` does."""
        return Form.from_state({**self.to_state(), **changes})

    def problems(self) -> dict[str, str]:
        """Why the site would not run this form, by field key; empty when it would."""
        return dict(_range_problems(self))

    def to_state(self) -> dict[str, object]:
        """The panel filled with this form: key to text or switch, as the page keeps it."""
        state = default_state()
        for attribute in fields(self):
            if attribute.name not in ("legs", "extras", "groups"):
                value = getattr(self, attribute.name)
                if value is not None or attribute.name not in ("early_exit_days", "early_exit_time"):
                    state[attribute.name] = value_text(value)
        state["weekdays"] = state["weekdays"] or "1"
        state["legs"] = [leg_state(leg) for leg in self.legs]
        state.update(self.extras)
        state["groups"] = [_group_state(group) for group in self.groups]
        return state | {field.key: self.rows(field.key) for field in FIELDS if field.kind == "rows"}

    @classmethod
    def from_state(cls, state: Mapping[str, object]) -> "Form":
        """Read a panel. Fields that the panel would not show count as blank.

        Raises InvalidForm for everything the site refuses: a missing value, a broken pattern, a value out of range.
        """
        problems: dict[str, str] = {}
        groups = _groups(state, problems)
        legs = tuple(leg for group in groups for leg in group.legs) if groups else read_legs(state.get("legs"), problems)
        values: dict[str, Any] = {"legs": legs, "groups": groups}
        seen = {**BLANK, **state, **_sides(legs)}
        for group in groups:
            seen.update({key: value for key, value in group.settings if key in ("profit_target", "stop_loss")})
        extras: dict[str, str | bool] = {}
        for field in FIELDS:
            if is_met(field.needs, seen) and not (groups and field.section in GROUPED):
                is_typed = field.key in _ATTRIBUTES
                read_field(field, seen, values if is_typed else extras, problems, is_typed=is_typed)
        values["extras"] = _different(extras)
        if problems:
            raise InvalidForm(problems)
        form = cls(**values)
        if found := form.problems():
            raise InvalidForm(found)
        return form

    def group_forms(self) -> list["Form"]:
        """The form of each leg group by itself: its legs, its exits, everything else as here."""
        state = {**self.to_state(), "use_leg_groups": False}
        legs = ({"legs": [leg_state(leg) for leg in group.legs]} for group in self.groups)
        return [Form.from_state({**state, **own, **dict(group.settings)}) for group, own in zip(self.groups, legs, strict=True)]


def _groups(state: Mapping[str, object], problems: dict[str, str]) -> tuple[Group, ...]:
    """The leg groups of a panel, if it uses them; each must be a form of its own."""
    rows = state.get("groups")
    if state.get("use_leg_groups") is not True or not isinstance(rows, Sequence):
        return ()
    groups = []
    keys = {key for key in BLANK if _section(key) in GROUPED}
    for number, row in enumerate(rows, start=1):
        own = {key: value for key, value in row.items() if key in keys} if isinstance(row, Mapping) else {}
        try:
            alone = {**state, **{key: BLANK[key] for key in keys}, **own, "use_leg_groups": False, "legs": row["legs"]}
            form = Form.from_state(alone)
        except InvalidForm as error:
            problems["groups"] = f"Leg group {number}: {error}"
            continue
        filled = {key: _as_text(value) for key, value in form.to_state().items() if key in keys}
        settings = tuple((key, value) for key, value in sorted(filled.items()) if value != BLANK[key])
        groups.append(Group(name=str(row.get("name") or f"Group {number}"), legs=form.legs, settings=settings))
    return tuple(groups)


def _as_text(value: object) -> str | bool:
    """Rows as one text, everything else as it is."""
    return value if isinstance(value, str | bool) else json.dumps(value, ensure_ascii=False) if value else ""


def _group_state(group: Group) -> dict[str, object]:
    """A leg group as the panel holds it: everything below its name is filled in."""
    own = {key: value for key, value in BLANK.items() if _section(key) in GROUPED} | dict(group.settings)
    rows: dict[str, object] = {
        field.key: json.loads(str(own[field.key]) or "[]") for field in FIELDS if field.kind == "rows" and field.key in own
    }
    return {"name": group.name, "legs": [leg_state(leg) for leg in group.legs], **own, **rows}


def _section(key: str) -> str:
    return SECTION_OF.get(key.removesuffix("_unit"), SECTION_OF.get(key.removesuffix("_value"), ""))


def _sides(legs: Sequence[Leg]) -> dict[str, bool]:
    """The derived conditions of the table: whether the strategy has a short put, a short call."""
    sides = {f"sells_{right.lower()}": any(leg.side == "Sell" and leg.right == right for leg in legs) for right in ("Put", "Call")}
    return {**sides, "all_0dte": not any(leg.dte for leg in legs)}


def _different(extras: Mapping[str, str | bool]) -> tuple[tuple[str, str | bool], ...]:
    return tuple(sorted((key, value) for key, value in extras.items() if value != BLANK[key]))


def _range_problems(form: Form) -> Iterator[tuple[str, str]]:
    if not FIRST_DAY <= form.start_date <= LAST_DAY:
        yield "start_date", f"Dates must be between {date_text(FIRST_DAY)} and {date_text(LAST_DAY)}"
    if not FIRST_DAY <= form.end_date <= LAST_DAY:
        yield "end_date", f"Dates must be between {date_text(FIRST_DAY)} and {date_text(LAST_DAY)}"
    elif form.end_date < form.start_date:
        yield "end_date", "End date must not be before the start date"
    if not all(FIRST_ENTRY <= moment <= LAST_ENTRY for moment in form.entry_times()):
        yield "entry_time", ENTRY_TIME_PROBLEM
    if form.starting_funds <= 0:
        yield "starting_funds", "Starting funds must be greater than 0"
    if not 0 < form.allocation <= 100:
        yield "allocation", "Allocation must be between 0 and 100"
    if form.max_open == 0:
        yield "max_open", "Must be at least 1"
    if form.max_contracts == 0:
        yield "max_contracts", "Must be at least 1"
    if form.frequency == "Weekly" and not form.weekdays:
        yield "weekdays", "Choose at least one day"
    if form.round_strikes and not (form.round_strikes_value or 0) > 0:
        yield "round_strikes", "Must be greater than 0"
    yield from _leg_problems(form.legs)


def _leg_problems(legs: Sequence[Leg]) -> Iterator[tuple[str, str]]:
    if not legs:
        yield "legs", "Add at least one leg"
    elif len(legs) > MAX_LEGS:
        yield "legs", f"A strategy has at most {MAX_LEGS} legs"
    elif legs[0].child:
        yield "legs", "The first leg cannot follow another"
    elif any(leg.quantity < 1 for leg in legs):
        yield "legs", "The quantity of a leg must be at least 1"
    elif any(leg.unit == "Δ" and not 0 < leg.value < 100 for leg in legs):
        yield "legs", "The delta of a leg must be between 0 and 100"


_ATTRIBUTES = frozenset(attribute.name for attribute in fields(Form))
