"""The exported trade log."""

import csv
import io
import re
from dataclasses import replace

import pytest

from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.form import Form
from oodaemon.practice.tradelog import COLUMNS, Columns, file_name, number
from oodaemon.practice.truth import figures, trade_log

BY_NAME = {test.name: test.form for test in SAVED_TESTS.values()}
CONDOR = BY_NAME["Late Morning Iron Condor"]
CLASSIC = [
    "Date Opened",
    "Time Opened",
    "Opening Price",
    "Legs",
    "Premium",
    "Closing Price",
    "Date Closed",
    "Time Closed",
    "Avg. Closing Cost",
    "Reason For Close",
    "P/L",
    "No. of Contracts",
    "Funds at Close",
    "Margin Req.",
    "Strategy",
    "Opening Commissions + Fees",
    "Closing Commissions + Fees",
    "Opening Short/Long Ratio",
    "Closing Short/Long Ratio",
    "Gap",
    "Movement",
    "Max Profit",
    "Max Loss",
]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def header(form: Form, columns: Columns = "classic", *, vix: bool = False) -> list[str]:
    return next(csv.reader([trade_log(form, columns=columns, vix=vix).removeprefix("\ufeff").split("\r\n")[0]]))


def test_the_file_is_written_as_the_site_writes_it() -> None:
    text = trade_log(CONDOR)
    assert text.startswith('\ufeff"Date Opened","Time Opened",')
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    first = text.split("\r\n")[1]
    leg = r"\d+ [A-Z][a-z]{2} \d{1,2} \d+ [CP] (?:STO|BTO) \d+\.\d\d"
    end = r'"[\d-]+","[\d:]+",-?\d+,"[\w /]+",-?[\d.]+,\d+,'
    shape = rf'"\d{{4}}-\d\d-\d\d","11:25:00",[\d.]+,"{leg}(?: \| {leg}){{3}}",\d+,[\d.]+,'
    assert re.match(shape + end, first), first


def test_the_columns_of_each_age() -> None:
    assert header(CONDOR) == CLASSIC
    with_vix = [*CLASSIC[:19], "Opening VIX", "Closing VIX", *CLASSIC[19:]]
    assert header(CONDOR, vix=True) == with_vix
    percent = [*CLASSIC[:11], "P/L %", *CLASSIC[11:]]
    assert header(CONDOR, "percent") == percent
    underlying = [*percent[:15], "Underlying", *percent[15:]]
    assert header(CONDOR, "underlying") == underlying
    assert header(CONDOR, "days") == [*underlying[:8], "Days in Trade", *underlying[8:]]
    assert len(header(CONDOR, "days", vix=True)) == 28


def test_a_vix_condition_brings_the_vix_columns() -> None:
    form = Form.from_state({**CONDOR.to_state(), "use_vix": True})
    assert "Opening VIX" in header(form)


def test_columns_without_values_vanish() -> None:
    no_fees = header(replace(CONDOR, use_fees=False, opening_fees=None, closing_fees=None))
    assert [name for name in no_fees if "Fees" in name] == []
    assert "Closing Short/Long Ratio" in no_fees
    held = replace(CONDOR, profit_target=None, stop_loss=None, stop_loss_slippage=None)
    assert {row["Reason For Close"] for row in rows(trade_log(held))} == {"Expired"}
    assert [name for name in header(held) if "Fees" in name] == ["Opening Commissions + Fees"]
    assert [name for name in header(BY_NAME["Opening Straddle (buys)"]) if "Ratio" in name] == []


def test_the_name_stands_in_the_strategy_of_the_latest_files() -> None:
    named = rows(trade_log(CONDOR, columns="days", name='A "quoted" name'))
    assert {row["Strategy"] for row in named} == {'A "quoted" name'}
    assert {row["Strategy"] for row in rows(trade_log(CONDOR, columns="underlying", name="A name"))} == {""}


@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("name", sorted(set(BY_NAME) - {"Never Enters"}))
def test_the_log_agrees_with_the_page(name: str, columns: Columns) -> None:
    result = figures(BY_NAME[name])
    told = rows(trade_log(BY_NAME[name], columns=columns))
    moments = [(row["Date Opened"], row["Time Opened"]) for row in told]
    assert moments == sorted(moments, reverse=True)
    lots, premium, profit = [], 0.0, 0.0
    for row in told:
        value = {key: float(row.get(key) or 0) for key in ("Premium", "Avg. Closing Cost", "P/L", "No. of Contracts")}
        fees = sum(float(row.get(f"{way} Commissions + Fees") or 0) for way in ("Opening", "Closing"))
        gross = (value["Premium"] - value["Avg. Closing Cost"]) * value["No. of Contracts"]
        assert round(gross - fees, 2) == value["P/L"], row
        lots.append(value["P/L"] / value["No. of Contracts"])
        premium += value["Premium"] * value["No. of Contracts"]
        profit += value["P/L"]
        assert float(row["Max Profit"]) >= float(row["Max Loss"])
    shown = result.metrics()
    assert (len(told), sum(lot > 0 for lot in lots)) == (shown["total_trades"], shown["winners"])
    assert round(profit, 2) == result.profit
    assert abs(premium) == pytest.approx(result.total_premium)
    assert round(sum(lots) / len(lots)) == shown["avg_per_trade"]
    assert float(max(told, key=lambda row: (row["Date Closed"], row["Time Closed"]))["Funds at Close"]) == pytest.approx(
        result.ending
    )


def test_a_log_without_trades_is_a_header() -> None:
    assert rows(trade_log(BY_NAME["Never Enters"])) == []
    assert header(BY_NAME["Never Enters"])[:2] == ["Date Opened", "Time Opened"]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("", "trade-log.csv"),
        ("Hump Day Half-Baked Calendar 1.2", "Hump-Day-Half-Baked-Calendar-1-2.csv"),
        ("Opening Straddle (buys)", "Opening-Straddle-buys-.csv"),
        ("*SPX--PCS", "-SPX-PCS.csv"),
    ],
)
def test_file_names(name: str, file: str) -> None:
    assert file_name(name) == file


@pytest.mark.parametrize(
    ("value", "text"), [(275.0, "275"), (-305.12, "-305.12"), (98.56470588235294, "98.56470588235294"), (0.0, "0")]
)
def test_numbers_are_as_short_as_can_be(value: float, text: str) -> None:
    assert number(value) == text
