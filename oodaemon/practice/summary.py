"""What a result page says about its backtest: the bullets of its Entry, Exit and Misc cards."""

import re
from collections.abc import Iterator

from oodaemon.practice.fields import Field
from oodaemon.practice.form import Form
from oodaemon.practice.legs import leg_state
from oodaemon.practice.panel import BY_KEY, FIELDS, GROUPED
from oodaemon.practice.texts import clock_text, long_date_text, number_text

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def summary(form: Form) -> dict[str, object]:
    """The configuration cards of a page, as its script reads them."""
    state = form.to_state()
    group_rows = [{"legs": [leg_state(leg) for leg in group.legs]} for group in form.groups]
    return {
        "underlying": form.ticker,
        "dates": [f"from: {long_date_text(form.start_date)}", f"to: {long_date_text(form.end_date)}"],
        "legs": state["legs"],
        "entry": [*_entry(form), *_carried(form, ("Strategy", "Funds & Allocation", "Entry Conditions"))],
        "exit": [*_exit(form), *_carried(form, GROUPED)],
        "groups": [
            {"name": group.name, "legs": shown["legs"], "exit": [*_exit(own), *_carried(own, GROUPED)]}
            for group, own, shown in zip(form.groups, form.group_forms(), group_rows, strict=True)
        ],
        "misc": [*_misc(form), *_carried(form, ("Misc.", "CSV File Upload Settings"))],
        "ignored": ignored(form),
    }


def ignored(form: Form) -> list[str]:
    """The labels of the filled fields that this stand-in carries along without any effect on the figures."""
    keys = (key.removesuffix("_value").removesuffix("_unit") for key, _ in form.extras)
    rows = (BY_KEY[key] for key in keys if key in BY_KEY)
    return list(dict.fromkeys(row.label.replace("[]", "…") for row in rows if row.ignored))


def _entry(form: Form) -> Iterator[str]:
    if form.is_on("use_floating_entry"):
        yield "Open trades at a floating time"
    else:
        for moment in form.entry_times():
            yield f"Open trades at {clock_text(moment)}"
    if form.frequency == "Monthly":
        yield f"{form.text('month_ordinal')} {form.text('month_day')} of every month"
    elif form.frequency == "Weekly":
        yield f"Every {', '.join(WEEKDAYS[day - 1] for day in form.weekdays)}"
    else:
        yield form.frequency
    if form.use_exact_dte:
        yield "Use exact DTE"
    if any(leg.child for leg in form.legs):
        yield "Use exact strike offsets"
    if form.round_strikes and form.round_strikes_value:
        yield f"Round strikes to nearest {number_text(form.round_strikes_value)}"
    yield f"Allocate {number_text(form.allocation)}% of portfolio"
    if form.max_open is not None:
        yield f"Up to {form.max_open} position(s) allowed at a time"
    if form.max_contracts is not None:
        yield f"Up to {form.max_contracts} contract(s) per trade"
    if form.max_allocation_amount is not None:
        yield f"Allocate at most ${number_text(form.max_allocation_amount)} per trade"


def _exit(form: Form) -> Iterator[str]:
    for label, value, unit in (
        ("Profit Target", form.profit_target, form.profit_target_unit),
        ("Stop Loss", form.stop_loss, form.stop_loss_unit),
    ):
        if value is not None:
            number = number_text(value)
            yield f"{label}: { ({'%': f'{number}%', '$': f'${number}'}.get(unit, f'CO {number}')) }"
    if form.use_early_exit and form.early_exit_days is not None:
        if form.early_exit_days_unit == "MIT" or form.early_exit_time is None:
            yield f"Early Exit: {form.early_exit_days} {form.early_exit_days_unit}"
        else:
            yield f"Early Exit: {form.early_exit_days} {form.early_exit_days_unit} at {clock_text(form.early_exit_time)}"


def _misc(form: Form) -> Iterator[str]:
    fees = (("Opening Fees", form.opening_fees), ("Closing Fees", form.closing_fees))
    slippage = (
        ("Entry Slippage", form.entry_slippage),
        ("Exit Slippage", form.exit_slippage),
        ("Stop Loss Slippage", form.stop_loss_slippage),
    )
    for is_used, costs in ((form.use_fees, fees), (form.use_slippage, slippage)):
        for label, value in costs if is_used else ():
            if value is not None:
                yield f"{label}: {number_text(value)}"


SHORT = {
    "cap_losses": "Cap Losses",
    "cap_profits": "Cap Profits",
    "two_hits_profit": "Require Two Prices PT",
    "two_hits_loss": "Require Two Prices SL",
    "intra_minute_stops": "Intra-Minute SL",
}
MOVES = re.compile(r"Exit When (.+) Moves (Up|Down)")
TESTED = re.compile(r"Exit When OTM Short (Put|Call) is \[\] from underlying")
BOUND = re.compile(r"(Min|Max) (.+)")


def _carried(form: Form, sections: tuple[str, ...]) -> Iterator[str]:
    """Bullets of the fields without effect, so that what was filled in can be told from the page."""
    extras = dict(form.extras)
    for field in FIELDS:
        if field.section in sections and field.key in extras:
            value, unit = extras[field.key], str(extras.get(f"{field.key}_unit", ""))
            if not field.label and field.kind != "rows":
                continue
            if field.kind == "rows":
                yield from _rows(field, form)
                continue
            if field.kind == "inline":
                value = str(extras.get(f"{field.key}_value", ""))
            if bullet := _bullet(field, value, unit):
                yield bullet


def _rows(field: Field, form: Form) -> Iterator[str]:
    """A bullet per row of a list; further entry times stand with the first."""
    name = field.add.removeprefix("Add ")
    for row in form.rows(field.key) if name != "Entry Time" else ():
        filled = [
            f"{column.label} {row[column.key]}{row.get(column.key + '_unit', column.append)}"
            for column in field.columns
            if row[column.key]
        ]
        yield f"{name}: {', '.join(filled)}"


def _bullet(field: Field, value: object, unit: str) -> str:
    if field.key in SHORT:
        return SHORT[field.key]
    if match := TESTED.fullmatch(field.label):
        return f"Exit when {match[1].lower()} tested {value}"
    if isinstance(value, bool):
        return "" if _has_details(field) else field.label
    text = f"{value}{'%' if '%' in (unit, field.append) or (field.units and not unit) else ''}"
    if match := MOVES.fullmatch(field.label):
        return f"Exit when {match[1]} moves {'-' if match[2] == 'Down' else ''}{text}"
    if match := BOUND.fullmatch(field.label):
        return f"{match[2]}: {match[1]} {text}"
    return f"{field.label}: {text}"


def _has_details(field: Field) -> bool:
    """Whether a toggle stands for fields that have bullets of their own; Use Blackout Days is named all the same."""
    return field.key != "use_blackout" and any(field.key in other.needs.split("&") for other in FIELDS)
