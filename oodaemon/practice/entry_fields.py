"""The rows of the New Backtest panel from Dates to Leg Groups, in the order of the page."""

from collections.abc import Iterator
from dataclasses import replace

from oodaemon.practice.fields import Field

MOVE_UNITS = (("%", "Percentage (%)"), ("pts", "Points (pts)"))
DAYS = ("5", "10", "20", "50", "100", "200")
MINUTES = ("5", "10", "15", "30", "60")
ORDINALS = ("First", "Second", "Third", "Fourth", "Last")
MONTH_DAYS = ("Trading Day", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def _dates() -> Iterator[Field]:
    for key, label in (("start_date", "Start Date"), ("end_date", "End Date")):
        yield Field(key=key, section="Dates", label=label, kind="date", required=True, group="md:w-1/2")


def _strategy() -> Iterator[Field]:
    section = "Strategy"
    tickers = ("SPX", "SPY", "IWM", "QQQ", "AAPL", "TSLA")
    yield Field(key="ticker", section=section, label="Ticker", kind="listbox", options=tickers, default="SPX", group="")
    yield Field(
        key="use_exact_dte",
        section=section,
        label="Use Exact DTE",
        kind="toggle",
        on=True,
        tooltip="Only enter when the exact expiration exists.",
    )
    yield Field(key="round_strikes", section=section, label="Round Strikes to Nearest []", kind="inline")


def _funds() -> Iterator[Field]:
    section = "Funds & Allocation"
    yield Field(
        key="starting_funds",
        section=section,
        label="Starting Funds",
        kind="decimal",
        required=True,
        append="$",
        default="100000",
        tooltip="The account value on the first day of the test.",
    )
    yield Field(
        key="allocation",
        section=section,
        label="Margin Allocation % Per Trade",
        kind="decimal",
        required=True,
        append="%",
        default="10",
        tooltip="How much of the current funds the margin of one trade may take.",
    )
    yield Field(key="max_open", section=section, label="Max Open Positions", kind="int", optional=True, group="md:w-1/2")
    yield Field(key="prune_oldest", section=section, label="Prune Oldest Trades", kind="toggle", enabled_by="max_open")
    yield Field(
        key="max_contracts",
        section=section,
        label="Max Contracts Per Trade",
        kind="int",
        optional=True,
        group="md:w-1/2",
    )
    yield Field(key="ignore_margin", section=section, label="Ignore Margin Requirements", kind="toggle", enabled_by="max_contracts")
    yield Field(
        key="max_allocation_amount",
        section=section,
        label="Max Allocation Amount Per Trade",
        kind="decimal",
        optional=True,
        append="$",
    )


def _entry_time() -> Iterator[Field]:
    section = "Entry Conditions"
    yield Field(
        key="entry_time",
        section=section,
        label="Entry Time",
        kind="time",
        required=True,
        default="09:45",
        group="pb-2",
        tooltip="Eastern time. Trades open at the price of this minute.",
    )
    yield Field(key="use_floating_entry", section=section, label="Use Floating Entry Time", kind="toggle", needs="!use_csv")
    more = Field(key="time", section=section, label="", kind="time", required=True)
    yield Field(
        key="more_entry_times",
        section=section,
        label="",
        kind="rows",
        columns=(more,),
        add="Add Entry Time",
        needs="!use_floating_entry&!reenter",
    )
    for bound in ("Min", "Max"):
        yield Field(
            key=f"{bound.lower()}_entry_time",
            section=section,
            label=f"{bound} Entry Time",
            kind="time",
            needs="use_floating_entry",
        )
    yield Field(
        key="frequency",
        section=section,
        label="Frequency",
        kind="listbox",
        options=("Daily", "Weekly", "Monthly", "Specific Dates"),
        default="Daily",
        needs="!use_csv",
    )
    yield Field(key="weekdays", section=section, label="", kind="weekdays", needs="frequency=Weekly&!use_csv", default="1")
    for key, options in (("month_ordinal", ORDINALS), ("month_day", MONTH_DAYS)):
        yield Field(
            key=key,
            section=section,
            label="",
            kind="listbox",
            options=options,
            default=options[0],
            needs="frequency=Monthly&!use_csv",
        )
    yield Field(
        key="specific_dates",
        section=section,
        label="Specific Dates",
        kind="text",
        required=True,
        needs="frequency=Specific Dates&!use_csv",
    )


def _bounds(toggle: str, names: tuple[str, ...], *, append: str = "", units: bool = False) -> Iterator[Field]:
    """Min and Max fields under one toggle of the entry conditions."""
    for name in names:
        for bound in ("Min", "Max"):
            yield Field(
                key=f"{bound}_{name}".lower().replace(" ", "_").replace("_/_", "_"),
                section="Entry Conditions",
                label=f"{bound} {name}",
                kind="decimal",
                append=append,
                units=MOVE_UNITS if units else (),
                needs=toggle,
            )


def _entry_filters() -> Iterator[Field]:
    section = "Entry Conditions"
    yield Field(key="use_vix", section=section, label="Use VIX", kind="toggle", tooltip="Enter only when VIX agrees.")
    yield from _bounds("use_vix", ("VIX",))
    moves = ("VIX Overnight Move Up", "VIX Overnight Move Down", "VIX Intraday Move Up", "VIX Intraday Move Down")
    yield from _bounds("use_vix", moves, units=True)
    yield from _bounds("use_vix", ("VIX9D / VIX Ratio",))
    yield Field(key="use_technical", section=section, label="Use Technical Indicators", kind="toggle")
    yield from _bounds("use_technical", ("RSI",))
    yield from averages(section, "entry", "use_technical")
    yield Field(key="use_gaps", section=section, label="Use Gaps", kind="toggle")
    yield from _bounds("use_gaps", ("Gap Up", "Gap Down"), append="%")
    yield Field(key="use_intraday", section=section, label="Use Intraday Movement", kind="toggle")
    yield from _bounds("use_intraday", ("Move Up", "Move Down"), append="%")
    squeeze = "Use SqueezeMetrics™ (Gamma / Dark Pool) Indicators"
    yield Field(key="use_squeeze", section=section, label=squeeze, kind="toggle", ignored=True)
    yield from (replace(row, ignored=True) for row in _bounds("use_squeeze", ("DIX",), append="%"))
    yield from (replace(row, ignored=True) for row in _bounds("use_squeeze", ("GEX", "GXV")))
    yield Field(key="use_breakout", section=section, label="Use Opening Range Breakout", kind="toggle")
    yield Field(key="range_end", section=section, label="Opening Range End Time", kind="time", needs="use_breakout")
    yield Field(
        key="breakout_condition",
        section=section,
        label="Breakout Condition",
        kind="select",
        options=("High and Low", "High-Only", "Low-Only", "No Breakout"),
        default="High and Low",
        needs="use_breakout",
    )
    yield Field(
        key="range_high_low",
        section=section,
        label="Use High-Low Values to Calculate Opening Range",
        kind="toggle",
        needs="use_breakout",
    )


def averages(section: str, side: str, toggle: str) -> Iterator[Field]:
    """The moving-average listboxes, which entry and exit conditions share."""
    for name, unit, periods in (("SMA", "Days", DAYS), ("EMA", "Minutes", MINUTES)):
        key = f"{side}_{name.lower()}"
        options = ("None", f"Below {name}", f"Above {name}", f"Compare {name}")
        yield Field(
            key=key,
            section=section,
            label=f"{name} {side.capitalize()}",
            kind="listbox",
            options=options,
            default="None",
            needs=toggle,
        )
        chosen = f"{toggle}&" + "|".join(f"{key}={option}" for option in options[1:])
        for suffix, default, needs in (("period", periods[0], chosen), ("period_slow", periods[2], f"{toggle}&{key}={options[3]}")):
            yield Field(
                key=f"{key}_{suffix}", section=section, label=unit, kind="listbox", options=periods, default=default, needs=needs
            )


def entry_fields() -> Iterator[Field]:
    """Every row of the sections Dates, Strategy, Funds & Allocation, Entry Conditions and Leg Groups."""
    yield from _dates()
    yield from _strategy()
    yield from _funds()
    yield from _entry_time()
    yield from _entry_filters()
    yield Field(key="use_leg_groups", section="Leg Groups", label="Use Leg Groups", kind="toggle")
