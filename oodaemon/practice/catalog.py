"""The saved tests of the practice account."""

import hashlib
import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from oodaemon.practice.form import Form, Group, Leg, LegUnit, Right, Side

ALPHABET = string.ascii_letters + string.digits
SPX_DAILIES = date(2022, 5, 16)
END = date(2025, 12, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedTest:
    """A saved test: its 20-character id, what its page says, and its parameters."""

    id: str
    name: str
    description: str
    form: Form


def _leg(words: str) -> Leg:
    """A leg from words such as "Sell 1 Put 15 Δ 0", with "child" at the end for one that follows."""
    side, quantity, right, value, unit, dte, *child = words.split()
    sides: dict[str, Side] = {"Sell": "Sell", "Buy": "Buy"}
    rights: dict[str, Right] = {"Put": "Put", "Call": "Call"}
    units: dict[str, LegUnit] = {"Δ": "Δ", "%": "%", "$": "$", "±": "±"}
    return Leg(
        side=sides[side],
        quantity=int(quantity),
        right=rights[right],
        value=float(value),
        unit=units[unit],
        dte=int(dte),
        child=bool(child),
    )


def _legs(*words: str) -> tuple[Leg, ...]:
    return tuple(_leg(line) for line in words)


_SAVED: tuple[tuple[str, str, Form], ...] = (
    (
        "Late Morning Iron Condor",
        "0DTE iron condor at 12 delta with 50 point wings, stopped at twice its premium.",
        Form(
            start_date=SPX_DAILIES,
            end_date=END,
            legs=_legs("Sell 1 Put 12 Δ 0", "Buy 1 Put -50 ± 0 child", "Sell 1 Call 12 Δ 0", "Buy 1 Call 50 ± 0 child"),
            allocation=15,
            max_open=5,
            entry_time=time(11, 25),
            profit_target=55,
            stop_loss=185,
            use_fees=True,
            opening_fees=1.28,
            closing_fees=1.19,
            use_slippage=True,
            entry_slippage=0.1,
            exit_slippage=0.2,
            stop_loss_slippage=0.15,
        ),
    ),
    (
        "Morning Put Spread",
        "0DTE put credit spread, both legs by delta.",
        Form(
            start_date=SPX_DAILIES,
            end_date=END,
            legs=_legs("Sell 1 Put 30 Δ 0", "Buy 1 Put 20 Δ 0"),
            allocation=6,
            entry_time=time(9, 45),
            stop_loss=150,
            use_fees=True,
            opening_fees=1.28,
            closing_fees=1.19,
        ),
    ),
    (
        "Afternoon Call Spread",
        "0DTE call credit spread, 25 wide.",
        Form(
            start_date=date(2023, 1, 3),
            end_date=END,
            legs=_legs("Sell 1 Call 20 Δ 0", "Buy 1 Call 25 ± 0 child"),
            allocation=8,
            entry_time=time(13, 15),
            stop_loss=200,
        ),
    ),
    (
        "Fixed Premium Put Spread",
        "0DTE put spread that sells what costs 2.50 and buys what costs 0.50.",
        Form(
            start_date=SPX_DAILIES,
            end_date=END,
            legs=_legs("Sell 1 Put 2.5 $ 0", "Buy 1 Put 0.5 $ 0"),
            allocation=5,
            entry_time=time(10, 30),
            profit_target=80,
            stop_loss=3,
            stop_loss_unit="$",
            use_fees=True,
            opening_fees=1.28,
            closing_fees=1.19,
        ),
    ),
    (
        "Opening Straddle (buys)",
        "Buys the straddle after the open and pays the price for it.",
        Form(
            start_date=date(2024, 1, 2),
            end_date=END,
            legs=_legs("Buy 1 Call 50 Δ 0", "Buy 1 Put 50 Δ 0"),
            allocation=10,
            entry_time=time(9, 40),
            profit_target=25,
            stop_loss=30,
            use_fees=True,
            opening_fees=1.28,
            closing_fees=1.19,
            use_slippage=True,
            entry_slippage=0.1,
            exit_slippage=0.2,
        ),
    ),
    (
        "Weekly Put Spread 7DTE",
        "Multi-day: every Friday, out at half of the premium or a day before expiry.",
        Form(
            start_date=date(2023, 1, 3),
            end_date=END,
            legs=_legs("Sell 1 Put 20 Δ 7", "Buy 1 Put -50 ± 7 child"),
            allocation=10,
            max_open=2,
            entry_time=time(15, 30),
            frequency="Weekly",
            weekdays=(5,),
            profit_target=50,
            stop_loss=200,
            use_early_exit=True,
            early_exit_days=1,
            early_exit_days_unit="DTE",
            early_exit_time=time(15, 45),
        ),
    ),
    (
        "Grouped Iron Condor",
        "0DTE iron condor whose put side and call side are managed each by itself.",
        Form(
            start_date=date(2024, 1, 2),
            end_date=END,
            legs=_legs("Sell 1 Put 15 Δ 0", "Buy 1 Put -50 ± 0 child", "Sell 1 Call 15 Δ 0", "Buy 1 Call 50 ± 0 child"),
            allocation=10,
            entry_time=time(10, 15),
            use_fees=True,
            opening_fees=1.28,
            closing_fees=1.19,
            extras=(("use_leg_groups", True),),
            groups=(
                Group(
                    name="Put",
                    legs=_legs("Sell 1 Put 15 Δ 0", "Buy 1 Put -50 ± 0 child"),
                    settings=(("profit_target", "60"), ("stop_loss", "150")),
                ),
                Group(
                    name="Call",
                    legs=_legs("Sell 1 Call 15 Δ 0", "Buy 1 Call 50 ± 0 child"),
                    settings=(("call_tested", True), ("call_tested_value", "5"), ("stop_loss", "200"), ("use_underlying", True)),
                ),
            ),
        ),
    ),
    (
        "Swing Debit Call Spread",
        "Multi-day debit: buys a call spread every Monday, out at a profit of 40 % or after three days.",
        Form(
            start_date=date(2023, 1, 3),
            end_date=END,
            legs=_legs("Buy 1 Call 55 Δ 7", "Sell 1 Call 50 ± 7 child"),
            allocation=5,
            max_open=1,
            entry_time=time(10, 30),
            frequency="Weekly",
            weekdays=(1,),
            profit_target=40,
            use_early_exit=True,
            early_exit_days=3,
            early_exit_days_unit="DIT",
            early_exit_time=time(15, 30),
        ),
    ),
    (
        "Never Enters",
        "Asks for an expiry on the day after, and only on Fridays: no trade can be made.",
        Form(
            start_date=date(2025, 1, 2),
            end_date=END,
            legs=_legs("Sell 1 Put 16 Δ 1", "Buy 1 Put -25 ± 1 child"),
            entry_time=time(10, 0),
            frequency="Weekly",
            weekdays=(5,),
        ),
    ),
)


def _id(name: str) -> str:
    """Twenty characters that stay the same as long as the name does."""
    digest = hashlib.sha256(name.encode()).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:20])


SAVED_TESTS: Mapping[str, SavedTest] = {
    _id(name): SavedTest(id=_id(name), name=name, description=description, form=form) for name, description, form in _SAVED
}
