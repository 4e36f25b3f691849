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
        yield Field(key=key, section=section, label=label, kind="decimal", units=units, optional=True, honoured=True)
    yield Field(key="use_profit_actions", section=section, label="Use Profit Actions", kind="toggle")
    either = "profit_target|stop_loss"
    for key, label in (
        ("per_leg_stop", "Per-Leg Stop Loss"),
        ("trailing_stop", "Use Trailing Stop Loss"),
        ("intra_minute_stops", "Use 0-DTE Intra-Minute Stops"),
    ):
        yield Field(key=key, section=section, label=label, kind="toggle", needs=either)


def _early_exit() -> Iterator[Field]:
    yield Field(key="use_early_exit", section=EXITS, label="Use Early Exit", kind="toggle", honoured=True)
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
        honoured=True,
    )
    yield Field(
        key="early_exit_time",
        section=EXITS,
        label="Early Exit Time",
        kind="time",
        needs="use_early_exit",
        default="15:45",
        required=True,
        honoured=True,
    )


def _exit_values(toggle: str, labels: tuple[str, ...], *, kind: Kind = "decimal", units: bool = False) -> Iterator[Field]:
    """Plain number fields under one toggle of the exit conditions."""
    for label in labels:
        key = label.lower().replace("/ ", "").replace("/", "_").replace(" ", "_")
        yield Field(key=key, section=EXITS, label=label, kind=kind, units=MOVE_UNITS if units else (), needs=toggle)


def _exit_conditions() -> Iterator[Field]:
    yield from _early_exit()
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
    yield Field(key="use_ratio", section=EXITS, label="Use Short/Long Ratio", kind="toggle")
    ratios = tuple(f"Exit When S/L Ratio {way}" for way in ("is Below", "is Above", "Moves Down", "Moves Up"))
    yield from _exit_values("use_ratio", ratios)


def _money(toggle: str, names: tuple[tuple[str, str], ...]) -> Iterator[Field]:
    """Dollar fields of the costs, all of which the engine honours."""
    for key, label in names:
        needs = f"{toggle}&stop_loss" if key == "stop_loss_slippage" else toggle
        yield Field(key=key, section=MISC, label=label, kind="decimal", append="$", needs=needs, honoured=True)


def _costs() -> Iterator[Field]:
    yield Field(key="use_fees", section=MISC, label="Use Commissions & Fees", kind="toggle", honoured=True)
    fees = "Per Contract {} Commissions & Fees"
    yield from _money("use_fees", (("opening_fees", fees.format("Opening")), ("closing_fees", fees.format("Closing"))))
    yield Field(key="use_slippage", section=MISC, label="Use Slippage", kind="toggle", honoured=True)
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
        yield Field(key=key, section=MISC, label=label, kind="toggle", needs=needs)
    for bound in ("Minimum", "Maximum"):
        yield Field(
            key=f"{bound.lower()}_premium",
            section=MISC,
            label=f"{bound} Entry Premium",
            kind="decimal",
            append="$",
            needs="use_entry_premium",
        )
    yield Field(key="use_entry_ratio", section=MISC, label="Use Entry Short/Long Ratio", kind="toggle")
    for bound in ("Minimum", "Maximum"):
        label = f"{bound} Entry Short/Long Ratio"
        yield Field(key=f"{bound.lower()}_ratio", section=MISC, label=label, kind="decimal", needs="use_entry_ratio")
    yield Field(key="use_blackout", section=MISC, label="Use Blackout Days", kind="toggle")
    yield Field(key="blackout_days", section=MISC, label="Blackout Days", kind="text", needs="use_blackout")
    yield Field(key="reenter", section=MISC, label="Re-Enter Trades After Exit", kind="toggle")


def exit_fields() -> Iterator[Field]:
    """Every row of the sections Profit & Loss, Exit Conditions, Misc. and CSV File Upload Settings."""
    yield from _profit_and_loss()
    yield from _exit_conditions()
    yield from _misc()
    section = "CSV File Upload Settings"
    yield Field(key="use_csv", section=section, label="Use CSV Custom Signals File", kind="toggle")
    yield Field(key="csv_file", section=section, label="Custom Signals File", kind="file", needs="use_csv")
