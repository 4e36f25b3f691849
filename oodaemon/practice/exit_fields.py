"""The rows of the New Backtest panel from Profit & Loss to the end, in the order of the page."""

from collections.abc import Iterator

from oodaemon.practice.entry_fields import MOVE_UNITS, averages
from oodaemon.practice.fields import Field, Kind

PROFIT_UNITS = (("%", "Percentage of Premium (%)"), ("$", "Fixed Profit ($)"), ("CO", "Closing Order (CO)"))
LOSS_UNITS = (("%", "Percentage of Premium (%)"), ("$", "Fixed Loss ($)"), ("CO", "Closing Order (CO)"))
DAY_UNITS = (("DTE", "DTE"), ("DIT", "DIT"), ("MIT", "MIT"))
EXITS = "Exit Conditions"
MISC = "Misc."
LEGS = tuple(f"Leg {number}" for number in range(1, 9))


def _profit_and_loss() -> Iterator[Field]:
    section = "Profit & Loss"
    for key, label, units in (
        ("profit_target", "Profit Target", PROFIT_UNITS),
        ("stop_loss", "Stop Loss", LOSS_UNITS),
    ):
        yield Field(key=key, section=section, label=label, kind="decimal", units=units, optional=True)
    yield Field(key="use_profit_actions", section=section, label="Use Profit Actions", kind="toggle")
    columns = (
        Field(key="at", section=section, label="At Profit Target", kind="decimal", append="%", required=True),
        Field(key="close", section=section, label="Close Allocation", kind="decimal", append="%"),
        Field(key="stop", section=section, label="Adjust Stop Loss To", kind="signed", append="%"),
    )
    yield _actions("profit_actions", section, columns, "Add Profit Action", "use_profit_actions")
    yield from _stops(section)


def _actions(key: str, section: str, columns: tuple[Field, ...], add: str, toggle: str) -> Field:
    return Field(key=key, section=section, label="", kind="rows", columns=columns, add=add, needs=toggle)


def _stops(section: str) -> Iterator[Field]:
    either = "profit_target|stop_loss"
    yield Field(key="per_leg_stop", section=section, label="Per-Leg Stop Loss", kind="toggle", needs=either, ignored=True)
    yield Field(key="trailing_stop", section=section, label="Use Trailing Stop Loss", kind="toggle", needs=either)
    trailing = f"trailing_stop&{either}"
    yield Field(
        key="trailing_start",
        section=section,
        label="Start After Min Profit Target",
        kind="decimal",
        append="%",
        needs=trailing,
        optional=True,
    )
    yield Field(
        key="trailing_mode", section=section, label="Trailing Mode", kind="select", options=("%", "$"), default="%", needs=trailing
    )
    bases = ("Recalculated", "Fixed")
    yield Field(
        key="trailing_basis",
        section=section,
        label="Trailing Basis",
        kind="select",
        options=bases,
        default=bases[0],
        needs=trailing,
    )
    intra = f"all_0dte&ticker=SPX|ticker=SPY&{either}"
    label = "Use 0-DTE Intra-Minute Stops"
    yield Field(key="intra_minute_stops", section=section, label=label, kind="toggle", needs=intra, ignored=True)
    sources = ("NBBO + Trades", "NBBO Only", "Trades Only")
    yield Field(
        key="intra_minute_source",
        section=section,
        label="Intra-Minute Data",
        kind="select",
        options=sources,
        default=sources[0],
        needs=f"intra_minute_stops&{intra}",
        ignored=True,
    )


def _early_exit() -> Iterator[Field]:
    yield Field(key="use_early_exit", section=EXITS, label="Use Early Exit", kind="toggle")
    yield Field(
        key="early_exit_days",
        section=EXITS,
        label="Early Exit Type",
        kind="int",
        units=DAY_UNITS,
        native_units=True,
        needs="use_early_exit",
        default="0",
        required=True,
    )
    yield Field(
        key="early_exit_time",
        section=EXITS,
        label="Early Exit Time",
        kind="time",
        needs="use_early_exit",
        default="15:45",
        required=True,
    )


def _exit_values(toggle: str, labels: tuple[str, ...], *, kind: Kind = "decimal", units: bool = False) -> Iterator[Field]:
    """Plain number fields under one toggle of the exit conditions."""
    for label in labels:
        key = label.lower().replace("/ ", "").replace("/", "_").replace(" ", "_")
        yield Field(key=key, section=EXITS, label=label, kind=kind, units=MOVE_UNITS if units else (), needs=toggle)


def _time_actions() -> Iterator[Field]:
    yield Field(key="use_time_actions", section=EXITS, label="Use Time Actions", kind="toggle")
    days = Field(key="days", section=EXITS, label="Action Type", kind="int", units=DAY_UNITS, native_units=True, required=True)
    rest = (
        Field(key="time", section=EXITS, label="Action Time", kind="time", required=True, default="15:45"),
        Field(key="close", section=EXITS, label="Close Allocation", kind="decimal", append="%"),
        Field(key="stop", section=EXITS, label="Adjust Stop Loss", kind="signed", append="%"),
        Field(key="target", section=EXITS, label="Adjust Profit Target", kind="signed", append="%"),
    )
    yield _actions("time_actions", EXITS, (days, *rest), "Add Time Action", "use_time_actions")


def _exit_conditions() -> Iterator[Field]:
    yield from _early_exit()
    yield from _time_actions()
    yield Field(key="exit_use_vix", section=EXITS, label="Use VIX", kind="toggle")
    moves = tuple(f"Exit When {name} Moves {way}" for name in ("VIX", "VIX9D") for way in ("Up", "Down"))
    yield from _exit_values("exit_use_vix", moves, units=True)
    yield from _exit_values("exit_use_vix", ("Exit below VIX9D / VIX Ratio", "Exit above VIX9D / VIX Ratio"))
    yield Field(key="exit_use_technical", section=EXITS, label="Use Technical Indicators", kind="toggle")
    for bound in ("Min", "Max"):
        key = f"exit_{bound.lower()}_rsi"
        yield Field(key=key, section=EXITS, label=f"{bound} RSI", kind="decimal", needs="exit_use_technical")
    yield from averages(EXITS, "exit", "exit_use_technical")
    yield Field(key="use_underlying", section=EXITS, label="Use Underlying Price Movement", kind="toggle")
    ways = tuple(f"Exit When Underlying Price Moves {way}" for way in ("Up", "Down"))
    yield from _exit_values("use_underlying", ways, units=True)
    for side in ("Put", "Call"):
        label = f"Exit When OTM Short {side} is [] from underlying"
        key = f"{side.lower()}_tested"
        yield Field(key=key, section=EXITS, label=label, kind="inline", needs=f"use_underlying&sells_{side.lower()}")
    yield Field(key="use_delta", section=EXITS, label="Use Delta", kind="toggle")
    names = tuple(f"Exit {way} {what} Delta" for what in ("Position", "Leg") for way in ("Below", "Above"))
    yield from _exit_values("use_delta", names[:2], kind="signed")
    yield Field(key="delta_leg", section=EXITS, label="Leg", kind="listbox", options=LEGS, default=LEGS[0], needs="use_delta")
    yield from _exit_values("use_delta", names[2:], kind="signed")
    leg = Field(key="leg", section=EXITS, label="Leg", kind="listbox", options=LEGS, default=LEGS[0])
    bounds = tuple(
        Field(key=way.lower(), section=EXITS, label=f"Exit {way} Leg Delta", kind="signed") for way in ("Below", "Above")
    )
    yield _actions("leg_deltas", EXITS, (leg, *bounds), "Add Leg Delta Exit", "use_delta")
    yield Field(key="use_ratio", section=EXITS, label="Use Short/Long Ratio", kind="toggle")
    ratios = tuple(f"Exit When S/L Ratio {way}" for way in ("is Below", "is Above", "Moves Down", "Moves Up"))
    yield from _exit_values("use_ratio", ratios)


def _money(toggle: str, names: tuple[tuple[str, str], ...]) -> Iterator[Field]:
    """Dollar fields of the costs, all of which the engine honours."""
    for key, label in names:
        needs = f"{toggle}&stop_loss" if key == "stop_loss_slippage" else toggle
        yield Field(key=key, section=MISC, label=label, kind="decimal", append="$", needs=needs)


def _costs() -> Iterator[Field]:
    yield Field(key="use_fees", section=MISC, label="Use Commissions & Fees", kind="toggle")
    fees = "Per Contract {} Commissions & Fees"
    yield from _money("use_fees", (("opening_fees", fees.format("Opening")), ("closing_fees", fees.format("Closing"))))
    yield Field(key="use_slippage", section=MISC, label="Use Slippage", kind="toggle")
    slippage = (
        ("entry_slippage", "Entry Slippage"),
        ("exit_slippage", "Exit Slippage"),
        ("stop_loss_slippage", "Stop Loss Slippage"),
    )
    yield from _money("use_slippage", slippage)


def _misc() -> Iterator[Field]:
    yield from _costs()
    for key, label, needs in (
        ("ignore_wide", "Ignore Trades with Wide Bid-Ask Spread", ""),
        ("close_at_end", "Close Open Trades on Test Completion", ""),
        ("cap_profits", "Cap Non-Opening Profits at Profit Target", "profit_target"),
        ("two_hits_profit", "Require Two Consecutive Hits at Profit Target", "profit_target"),
        ("cap_losses", "Cap Non-Opening Losses at Stop Loss", "stop_loss"),
        ("two_hits_loss", "Require Two Consecutive Hits at Stop Loss", "stop_loss"),
        ("use_entry_premium", "Use Min/Max Entry Premium", ""),
    ):
        yield Field(key=key, section=MISC, label=label, kind="toggle", needs=needs, ignored=key in ("ignore_wide", "close_at_end"))
    for bound in ("Minimum", "Maximum"):
        yield Field(
            key=f"{bound.lower()}_premium",
            section=MISC,
            label=f"{bound} Entry Premium",
            kind="decimal",
            append="$",
            needs="use_entry_premium",
        )
    sides = ("Credit", "Debit")
    yield Field(
        key="premium_side", section=MISC, label="", kind="sides", options=sides, default=sides[0], needs="use_entry_premium"
    )
    yield Field(key="use_entry_ratio", section=MISC, label="Use Entry Short/Long Ratio", kind="toggle")
    for bound in ("Minimum", "Maximum"):
        label = f"{bound} Entry Short/Long Ratio"
        yield Field(key=f"{bound.lower()}_ratio", section=MISC, label=label, kind="decimal", needs="use_entry_ratio")
    yield Field(key="use_blackout", section=MISC, label="Use Blackout Days", kind="toggle")
    yield Field(key="blackout_days", section=MISC, label="Blackout Days", kind="text", needs="use_blackout")
    yield from _reentry()


def _reentry() -> Iterator[Field]:
    yield Field(key="reenter", section=MISC, label="Re-Enter Trades After Exit", kind="toggle", ignored=True)
    for key, label in (
        ("reenter_after_profit", "Re-Enter After Profit Target"),
        ("reenter_after_loss", "Re-Enter After Stop Loss"),
        ("reenter_after_other", "Re-Enter After Other Exits"),
    ):
        yield Field(key=key, section=MISC, label=label, kind="toggle", needs="reenter", ignored=True)
    numbers: tuple[tuple[str, str, Kind], ...] = (
        ("reenter_delay", "Re-Entry Delay (Minutes)", "int"),
        ("reenter_from", "Don't Re-Enter Before", "time"),
        ("reenter_until", "Don't Re-Enter After", "time"),
        ("reenter_count", "Max Daily Re-Entries", "int"),
    )
    for key, label, kind in numbers:
        yield Field(key=key, section=MISC, label=label, kind=kind, needs="reenter", optional=True, ignored=True)


def exit_fields() -> Iterator[Field]:
    """Every row of the sections Profit & Loss, Exit Conditions, Misc. and CSV File Upload Settings."""
    yield from _profit_and_loss()
    yield from _exit_conditions()
    yield from _misc()
    section = "CSV File Upload Settings"
    yield Field(key="use_csv", section=section, label="Use CSV Custom Signals File", kind="toggle", ignored=True)
    yield Field(key="csv_file", section=section, label="Custom Signals File", kind="file", needs="use_csv", ignored=True)
