"""The bullets of a page."""

from dataclasses import replace
from datetime import time

from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.form import Form
from oodaemon.practice.summary import ignored, summary

BY_NAME = {test.name: test.form for test in SAVED_TESTS.values()}
CONDOR = BY_NAME["Late Morning Iron Condor"]


def carrying(**values: object) -> Form:
    return Form.from_state({**CONDOR.to_state(), **values})


def test_the_condor() -> None:
    told = summary(CONDOR)
    assert told["dates"] == ["from: May 16, 2022", "to: December 5, 2025"]
    assert told["entry"] == [
        "Open trades at 11:25 AM",
        "Daily",
        "Use exact DTE",
        "Use exact strike offsets",
        "Allocate 15% of portfolio",
        "Up to 5 position(s) allowed at a time",
    ]
    assert told["exit"] == ["Profit Target: 55%", "Stop Loss: 185%"]
    assert told["misc"] == [
        "Opening Fees: 1.28",
        "Closing Fees: 1.19",
        "Entry Slippage: 0.1",
        "Exit Slippage: 0.2",
        "Stop Loss Slippage: 0.15",
    ]
    assert told["ignored"] == []


def test_units_and_early_exits() -> None:
    form = replace(CONDOR, profit_target=5.0, profit_target_unit="$", stop_loss=7.5, stop_loss_unit="CO")
    assert summary(form)["exit"] == ["Profit Target: $5", "Stop Loss: CO 7.5"]
    early = replace(CONDOR, profit_target=None, stop_loss=None, use_early_exit=True, early_exit_days=0)
    assert summary(replace(early, early_exit_time=time(15, 45)))["exit"] == ["Early Exit: 0 DTE at 3:45 PM"]
    assert summary(replace(early, early_exit_days_unit="MIT"))["exit"] == ["Early Exit: 0 MIT"]


def test_weekdays() -> None:
    assert "Every Friday" in summary(BY_NAME["Weekly Put Spread 7DTE"])["entry"]  # type: ignore[operator]  # a list


def test_carried_fields_have_bullets_and_are_named_as_ignored() -> None:
    entry = carrying(use_vix=True, max_vix="20", min_vix_overnight_move_up="0.08", use_gaps=True, min_gap_up="0.15")
    assert summary(entry)["entry"][-3:] == [  # type: ignore[index]  # a list
        "VIX: Max 20",
        "VIX Overnight Move Up: Min 0.08%",
        "Gap Up: Min 0.15%",
    ]
    assert ignored(entry) == []
    squeezed = carrying(use_squeeze=True, min_dix="40", per_leg_stop=True)
    assert ignored(squeezed) == ["Min DIX", "Per-Leg Stop Loss", "Use SqueezeMetrics™ (Gamma / Dark Pool) Indicators"]


def test_carried_exits() -> None:
    form = carrying(
        exit_use_vix=True,
        exit_when_vix_moves_down="0.3",
        exit_when_vix_moves_down_unit="pts",
        use_underlying=True,
        call_tested=True,
        call_tested_value="-25",
        use_delta=True,
        exit_above_position_delta="20",
        cap_losses=True,
    )
    told = summary(form)
    assert told["exit"][2:] == [  # type: ignore[index]  # a list
        "Exit when VIX moves -0.3",
        "Exit when call tested -25",
        "Exit Above Position Delta: 20",
    ]
    assert "Cap Losses" in told["misc"]  # type: ignore[operator]  # a list
