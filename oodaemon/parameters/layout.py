"""The New Backtest panel from top to bottom, and the order in which several settings are made.

A control further down may exist only because of one further up (a toggle, a stop loss, a leg of a kind), never the other way round.
"""

from collections.abc import Iterable, Mapping

from oodaemon.parameters.form import Action, Needs, NeedsLegs, SetLegs, target

LEGS = "(legs)"

PANEL: Mapping[str, tuple[str, ...]] = {
    "Dates": ("Start Date", "End Date"),
    "Strategy": ("Ticker", "Common Strategies", LEGS, "Use Exact DTE", "Round Strikes to Nearest"),
    "Funds & Allocation": (
        "Starting Funds",
        "Margin Allocation % Per Trade",
        "Max Open Positions",
        "Prune Oldest Trades",
        "Max Contracts Per Trade",
        "Ignore Margin Requirements",
        "Max Allocation Amount Per Trade",
    ),
    "Entry Conditions": (
        "Use Floating Entry Time",
        "Entry Time",
        "Min Entry Time",
        "Max Entry Time",
        "Frequency",
        "weekdays",
        "Specific Dates",
        "Use VIX",
        "Min VIX",
        "Max VIX",
        "Use Technical Indicators",
        "Min RSI",
        "Max RSI",
        "SMA Entry",
        "EMA Entry",
        "Use Gaps",
        "Use Intraday Movement",
        "Use SqueezeMetrics™ (Gamma / Dark Pool) Indicators",
        "Use Opening Range Breakout",
        "Opening Range End Time",
        "Breakout Condition",
        "Use High-Low Values to Calculate Opening Range",
    ),
    "Leg Groups": ("Use Leg Groups", "Group Name"),
    "Profit & Loss": (
        "Profit Target",
        "Stop Loss",
        "Use Profit Actions",
        "Per-Leg Stop Loss",
        "Use Trailing Stop Loss",
        "Use 0-DTE Intra-Minute Stops",
    ),
    "Exit Conditions": (
        "Use Early Exit",
        "Early Exit Type",
        "Early Exit Time",
        "Use VIX",
        "Use Technical Indicators",
        "Min RSI",
        "Max RSI",
        "SMA Exit",
        "EMA Exit",
        "Use Underlying Price Movement",
        "Use Delta",
        "Exit Below Position Delta",
        "Exit Above Position Delta",
        "Leg",
        "Exit Below Leg Delta",
        "Exit Above Leg Delta",
        "Use Short/Long Ratio",
        "Use Time Actions",
    ),
    "Misc.": (
        "Use Commissions & Fees",
        "Use Slippage",
        "Entry Slippage",
        "Exit Slippage",
        "Stop Loss Slippage",
        "Ignore Trades with Wide Bid-Ask Spread",
        "Close Open Trades on Test Completion",
        "Use Min/Max Entry Premium",
        "Use Entry Short/Long Ratio",
        "Use Blackout Days",
        "Blackout Days",
        "Re-Enter Trades After Exit",
    ),
    "CSV File Upload Settings": ("Use CSV Custom Signals File",),
}

Place = tuple[int, int]

_SECTIONS = {name.casefold(): place for place, name in enumerate(PANEL)}
_PLACES: Mapping[tuple[str, str], Place] = {
    (section.casefold(), label.casefold()): (_SECTIONS[section.casefold()], place)
    for section, labels in PANEL.items()
    for place, label in enumerate(labels)
}


def _place(action: Action) -> Place:
    """Section and place in it; what the table does not know stands at the end of its section, an unknown section at the end."""
    if isinstance(action, SetLegs | NeedsLegs):
        return _PLACES["strategy", LEGS]
    if isinstance(action, Needs):
        section, name = action.section.casefold(), action.label.casefold()
    elif (reached := target(action)) is not None:
        section, name, _ = reached
    else:
        return (0, 0)
    return _PLACES.get((section, name), (_SECTIONS.get(section, len(_SECTIONS)), len(_PLACES)))


def in_order(settings: Iterable[Iterable[Action]]) -> tuple[Action, ...]:
    """The actions of several settings as one sequence: from the top of the panel to its bottom, those of one setting in the order
    it gave them, an action that several need once. What must be filled is looked at when it has been filled.
    """
    placed: list[tuple[tuple[Place, bool], Action]] = []
    for actions in settings:
        reached: Place = (0, 0)
        for action in actions:
            reached = max(reached, _place(action))
            placed.append(((reached, isinstance(action, Needs)), action))
    return tuple(dict.fromkeys(action for _, action in sorted(placed, key=lambda pair: pair[0])))
