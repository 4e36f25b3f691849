"""What a filled New Backtest panel says, typed, with the rules the site holds it to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, time
from typing import Any, Literal

from oodaemon.practice.fields import Field, is_met
from oodaemon.practice.panel import FIELDS, default_state
from oodaemon.practice.texts import InvalidText, date_text, number_text, parse, time_text

Side = Literal["Sell", "Buy"]
Right = Literal["Put", "Call"]
LegUnit = Literal["Δ", "%", "$", "±"]

FIRST_DAY = date(2013, 1, 1)
LAST_DAY = date(2026, 12, 31)
FIRST_ENTRY = time(9, 32)
LAST_ENTRY = time(15, 59)
MAX_LEGS = 8
ENTRY_TIME_PROBLEM = "Entry time must be between 9:32 AM and 3:59 PM"


class InvalidForm(ValueError):
    """A form the site would not run. `problems` maps field keys (`legs` for the builder) to a sentence each."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{key}: {text}" for key, text in problems.items()))
        self.problems = dict(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One leg; a `child` (unit ± as a rule) follows the nearest leg before it that is none."""

    side: Side
    right: Right
    value: float
    unit: LegUnit = "Δ"
    quantity: int = 1
    dte: int = 0
    child: bool = False

    @property
    def sign(self) -> int:
        """+1 for a leg that is sold (credit), -1 for one that is bought."""
        return 1 if self.side == "Sell" else -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The parameters of one backtest.

    Every attribute but `legs` and `extras` is a field of the panel with the same key; None is a blank field. `extras`
    holds the fields the engine ignores, only those that differ from a fresh panel, by key.
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

    def problems(self) -> dict[str, str]:
        """Why the site would not run this form, by field key; empty when it would."""
        return dict(_range_problems(self))

    def to_state(self) -> dict[str, object]:
        """The panel filled with this form: key to text or switch, as the page keeps it."""
        state = default_state()
        for attribute in fields(self):
            if attribute.name not in ("legs", "extras"):
                value = getattr(self, attribute.name)
                if value is not None or attribute.name not in ("early_exit_days", "early_exit_time"):
                    state[attribute.name] = _text(value)
        state["weekdays"] = state["weekdays"] or "1"
        state["legs"] = [_leg_state(leg) for leg in self.legs]
        state.update(self.extras)
        return state

    @classmethod
    def from_state(cls, state: Mapping[str, object]) -> "Form":
        """Read a panel. Fields that the panel would not show count as blank.

        Raises InvalidForm for everything the site refuses: a missing value, a broken pattern, a value out of range.
        """
        problems: dict[str, str] = {}
        values: dict[str, Any] = {"legs": _legs(state.get("legs"), problems)}
        seen = {**default_state(), **state, **_sides(values["legs"])}
        extras: dict[str, str | bool] = {}
        for field in FIELDS:
            if is_met(field.needs, seen):
                _read(field, seen, extras if not field.honoured else values, problems)
        values["extras"] = _different(extras)
        if problems:
            raise InvalidForm(problems)
        form = cls(**values)
        if found := form.problems():
            raise InvalidForm(found)
        return form


def _sides(legs: Sequence[Leg]) -> dict[str, bool]:
    """The derived conditions of the table: whether the strategy has a short put, a short call."""
    return {f"sells_{right.lower()}": any(leg.side == "Sell" and leg.right == right for leg in legs) for right in ("Put", "Call")}


def _different(extras: Mapping[str, str | bool]) -> tuple[tuple[str, str | bool], ...]:
    blank = default_state()
    return tuple(sorted((key, value) for key, value in extras.items() if value != blank[key]))


def _read(field: Field, state: Mapping[str, object], into: dict[str, Any], problems: dict[str, str]) -> None:
    """Take one field from the state; ignored fields stay texts, once they have passed the same checks."""
    raw = state.get(field.key)
    try:
        if field.kind in ("toggle", "inline"):
            into[field.key] = raw is True
            if field.kind == "inline":
                number = parse("signed", state.get(f"{field.key}_value"), required=raw is True)
                into[f"{field.key}_value"] = number if field.honoured else _text(number)
        else:
            value = parse(field.kind, raw, required=field.required, options=field.options)
            into[field.key] = value if field.honoured else _text(value)
        if field.units:
            units = tuple(symbol for symbol, _ in field.units)
            into[f"{field.key}_unit"] = parse("listbox", state.get(f"{field.key}_unit"), options=units)
    except InvalidText as error:
        problems[field.key] = str(error)


def _legs(raw: object, problems: dict[str, str]) -> tuple[Leg, ...]:
    legs: list[Leg] = []
    for number, row in enumerate(raw if isinstance(raw, Sequence) else (), start=1):
        try:
            legs.append(_leg(row))
        except InvalidText as error:
            problems["legs"] = f"Leg {number}: {error}"
    return tuple(legs)


def _leg(row: object) -> Leg:
    if not isinstance(row, Mapping):
        raise InvalidText("it is not a leg")
    unit: Any = parse("listbox", row.get("unit"), options=("Δ", "%", "$", "±"))
    side: Any = parse("listbox", row.get("side"), options=("Sell", "Buy"))
    right: Any = parse("listbox", row.get("right"), options=("Put", "Call"))
    value: Any = parse("signed" if unit == "±" else "decimal", row.get("value"), required=True)
    quantity: Any = parse("int", row.get("quantity"), required=True)
    dte: Any = parse("int", row.get("dte"), required=True)
    return Leg(side=side, right=right, value=value, unit=unit, quantity=quantity, dte=dte, child=row.get("child") is True)


def _leg_state(leg: Leg) -> dict[str, object]:
    return {attribute.name: _text(getattr(leg, attribute.name)) for attribute in fields(leg)}


def _text(value: object) -> str | bool:
    match value:
        case bool() | str():
            return value
        case None:
            return ""
        case int() | float():
            return number_text(value)
        case date():
            return date_text(value)
        case time():
            return time_text(value)
        case tuple():
            return ",".join(str(item) for item in value)
        case _:
            raise TypeError(f"a form holds no {type(value).__name__}")


def _range_problems(form: Form) -> Iterator[tuple[str, str]]:
    if not FIRST_DAY <= form.start_date <= LAST_DAY:
        yield "start_date", f"Dates must be between {date_text(FIRST_DAY)} and {date_text(LAST_DAY)}"
    if not FIRST_DAY <= form.end_date <= LAST_DAY:
        yield "end_date", f"Dates must be between {date_text(FIRST_DAY)} and {date_text(LAST_DAY)}"
    elif form.end_date < form.start_date:
        yield "end_date", "End date must not be before the start date"
    if not FIRST_ENTRY <= form.entry_time <= LAST_ENTRY:
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
