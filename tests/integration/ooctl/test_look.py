"""`ooctl export`, `chart` and `report`, against a real gRPC server."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser

import grpc
import openpyxl
import pytest
from pyarrow import parquet

from ooctl.exits import ExitStatus
from oodaemon.api.v1 import runs_pb2
from tests.integration.ooctl.fake_daemon import SHORT_ID, Refusal
from tests.integration.ooctl.fake_exports import RESULTS, a_row
from tests.integration.ooctl.fake_trades import a_log
from tests.unit.ooctl.builders import RUN_ID, counts

pytestmark = pytest.mark.usefixtures("daemon")
NAMES = [name for name, *_ in RESULTS]
LOST = '=HYPERLINK("http://10.0.0.7/x") mail me@example.com, see /home/me/log.txt <script>alert(1)</script>'


@pytest.fixture
def state(state):
    """A grid of 2 by 3 with its best at task 4, one that failed and one that was accepted."""
    cells = [(10, 20, 500.0), (10, 40, 800.0), (10, 60, -300.5), (20, 20, 900.0), (20, 40, 1234.5), (20, 60, None)]
    state.exported = [a_row(index, *cell, trade_count=113) for index, cell in enumerate(cells)]
    state.exported[5]["reason"] = LOST
    state.exported[3].update(origin="ACCEPTED", ruling_reason="I saw it, me@example.com", pl=5000.0, mar=None)
    state.logs = [a_log(4)]
    state.runs[0].phase = runs_pb2.RUN_PHASE_NEEDS_REVIEW
    state.runs[0].tasks.CopyFrom(counts(6, completed=5, failed=1))
    state.runs[0].name = "grid & <b>more</b>"
    return state


class Page(HTMLParser):
    """Tags, rows of the tables and all text of a page."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.text, self._inside = "", ""
        self.feed(content)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._inside = tag
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        if self._inside not in ("style", "script"):
            self.text += data + " "
        if self.rows and self._inside in ("td", "th", "abbr", "button"):
            self.rows[-1][-1] += data


def test_csv_on_standard_output(ooctl, state):
    done = ooctl("export", SHORT_ID)

    assert (done.status, done.err) == (ExitStatus.OK, "")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert list(rows[0]) == NAMES
    assert [row["pl"] for row in rows] == ["500", "800", "-300.5", "5000", "1234.5", ""]
    assert rows[5]["reason"] == f"'{LOST}"
    assert state.requests[0].run_id == SHORT_ID


@pytest.mark.parametrize("name", ["csv", "json", "jsonl", "xlsx", "parquet", "md", "MARKDOWN"])
def test_the_ending_of_the_file_decides(ooctl, tmp_path, name):
    file = tmp_path / f"sweep.{name}"
    done = ooctl("export", SHORT_ID, "--output", str(file))

    assert (done.status, done.out, done.err) == (ExitStatus.OK, "", f"{file}: 6 rows\n")
    content = file.read_bytes()
    match name:
        case "csv":
            assert len(content.splitlines()) == 7
        case "json":
            assert [row["index"] for row in json.loads(content)] == list(range(6))
        case "jsonl":
            assert json.loads(content.splitlines()[5])["status"] == "FAILED"
        case "xlsx":
            assert openpyxl.load_workbook(io.BytesIO(content)).active.max_row == 7
        case "parquet":
            assert parquet.read_table(file).column("pl").to_pylist()[2] == -300.5
        case _:
            assert content.decode().splitlines()[0].startswith("| index | delta | profit_target | entry_time | status")


def test_some_columns_of_a_format_that_is_named(ooctl, tmp_path):
    file = tmp_path / "out.txt"
    ooctl("export", SHORT_ID, "--output", str(file), "--format", "jsonl", "--columns", "index, pl")

    assert file.read_text("utf-8").splitlines()[1] == '{"index": 1, "pl": 800}'


def test_trades_instead_of_results(ooctl, state):
    done = ooctl("export", SHORT_ID, "--trades", "--format", "jsonl")

    assert done.jsonl[3] == {"index": 3, "part": None, "delta": 20}
    assert type(state.requests[0]).__name__ == "ExportTradesRequest"


def test_a_file_is_replaced_only_when_asked_and_before_anything_is_sent(ooctl, state, tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("mine", "utf-8")
    for command in (("export", SHORT_ID, "--output"), ("chart", SHORT_ID, "--png"), ("report", SHORT_ID, "--html")):
        done = ooctl(*command, str(file))
        assert (done.status, done.err) == (ExitStatus.CONFLICT, f"error: {file} exists already\nhint: --overwrite replaces it\n")
    assert (state.requests, file.read_text("utf-8")) == ([], "mine")
    assert ooctl("export", SHORT_ID, "--output", str(file), "--overwrite").status is ExitStatus.OK
    assert len(file.read_text("utf-8").splitlines()) == 7


@pytest.mark.parametrize("before", [None, "mine"])
def test_a_stream_that_breaks_leaves_no_file(ooctl, state, tmp_path, before):
    file = tmp_path / "a.csv"
    if before is not None:
        file.write_text(before, "utf-8")
    state.breaks = Refusal(grpc.StatusCode.INTERNAL, "the daemon failed; its log explains error 1234")
    done = ooctl("export", SHORT_ID, "--output", str(file), "--overwrite")

    assert done.status is ExitStatus.FAILED
    assert "its log explains error 1234" in done.err
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ([] if before is None else ["a.csv"])
    assert before is None or file.read_text("utf-8") == before


@pytest.mark.parametrize(
    ("args", "status", "words"),
    [
        (("export", "01ZZ"), ExitStatus.NOT_FOUND, "there is no run '01ZZ'"),
        (("export", SHORT_ID, "--format", "xlsx"), ExitStatus.USAGE, "xlsx is no text: name a file with --output"),
        (("export", SHORT_ID, "--columns", "pll"), ExitStatus.USAGE, "there is no column 'pll'; did you mean 'pl'?"),
        (("export", SHORT_ID, "--format", "pdf"), ExitStatus.USAGE, "'pdf' is not one of"),
        (("export", SHORT_ID, "--output", "/no/such/place.csv"), ExitStatus.FAILED, "there is no folder /no/such"),
        (("chart", SHORT_ID, "--metric", "pll"), ExitStatus.USAGE, "there is no figure 'pll'; did you mean 'pl'?"),
        (("chart", SHORT_ID, "--by", "gamma"), ExitStatus.USAGE, "the run has no parameter 'gamma'"),
        (("chart", SHORT_ID, "--metric", "winners"), ExitStatus.NOT_FOUND, "no task of the run has a winners yet"),
        (("report", SHORT_ID), ExitStatus.USAGE, "Missing option '--html'"),
    ],
)
def test_refusals(ooctl, args, status, words):
    done = ooctl(*args)

    assert (done.status, done.out) == (status, "")
    assert words in done.err
    assert "Traceback" not in done.err


def test_a_heat_map_for_two_parameters(ooctl):
    done = ooctl("chart", SHORT_ID)

    lines = done.out.splitlines()
    assert lines[0] == "pl by delta (down) and profit_target (across)"
    assert lines[2].split() == ["10", "500", "800", "-300.5"]
    assert lines[3].split() == ["20", "5000*", "1234"]
    assert lines[-1] == "among them figures that a user accepted without proof: task 3"


def test_a_curve_for_one_and_the_equity_of_a_task(ooctl):
    equity = ooctl("chart", SHORT_ID, "--task", "4")
    assert equity.out.splitlines()[-1] == "at the end -$305.12, deepest fall -$305.12, 1 closings"
    curve = ooctl("chart", SHORT_ID, "--by", "profit_target", "--metric", "mar")
    assert "mar by profit_target" in curve.out
    assert "delta vary too; the line is the median over them" in curve.out


@pytest.mark.parametrize("flags", [(), ("--by", "delta")])
def test_a_page_and_a_picture_of_a_chart(ooctl, tmp_path, flags):
    page, picture = tmp_path / "c.html", tmp_path / "c.png"
    done = ooctl("chart", SHORT_ID, "--html", str(page), "--png", str(picture), *flags)

    assert (done.status, done.out) == (ExitStatus.OK, "")
    assert "Plotly.newPlot" in page.read_text("utf-8")
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.fixture
def written(ooctl, tmp_path):
    """The report of the run."""
    file = tmp_path / "report.html"
    done = ooctl("report", SHORT_ID, "--html", str(file), "--metric", "pl")
    assert (done.status, done.err) == (ExitStatus.OK, f"{file}: 5 results\n")
    return file.read_text("utf-8")


def test_a_report_has_every_result_with_the_best_first(written):
    rows = [row for row in Page(written).rows if len(row) == 11]

    assert rows[0] == ["#", "delta", "profit_target", "P/L", "CAGR", "Max drawdown", "MAR", "Win", "Trades", "Avg/trade", "Capture"]
    assert [row[0] for row in rows[1:]] == ["3†", "4", "1", "0", "2"]
    assert rows[2] == ["4", "20", "40", "$1,234.50", "1.23%", "-10.5%", "0.1176", "61.5%", "880", "", ""]


def test_a_report_names_a_proven_result_as_the_best(written):
    text = " ".join(Page(written).text.split())

    assert "P/L $1,234.50 delta 20, profit_target 40 #4" in text
    assert "SPX 2022-05-16 to 2025-11-21" in text
    assert "entry_time 09:45" in text
    assert "4 proven by the result page" in text
    assert "1 not proven: a user accepted what the page showed , marked †" in text
    assert "5 of 6 with figures; 1 failed" in text
    assert "#5 delta 20, profit_target 60 failed :" in text


def test_a_report_shows_equity_and_other_courses_of_the_best(written, state):
    text = " ".join(Page(written).text.split())

    assert "Closed profit and loss of #4 over 1 closings" in text
    assert "10,000 courses of 113 trades, each of the same trades in another order, seed 1" in text
    assert "1.25% of the courses end with a loss" in text
    asked = [request for request in state.requests if type(request).__name__ == "MonteCarloRequest"]
    assert [(request.log.task.run_id, request.log.task.index, request.seed) for request in asked] == [(RUN_ID, 4, 1)]


def test_a_report_can_be_sent_to_anybody(written):
    for secret in ("me@example.com", "@", "/home/me", "log.txt", "10.0.0.7", "site.test"):
        assert secret not in Page(written).text, secret
    assert "<script>alert" not in written
    assert "grid &amp; &lt;b&gt;more&lt;/b&gt;" in written
    assert "(address)" in written


def test_a_report_loads_nothing(written):
    tags = Page(written).tags
    assert not [tag for tag, attrs in tags if tag in ("link", "img", "iframe", "object") or "src" in attrs or "href" in attrs]
    policy = next(attrs["content"] for tag, attrs in tags if attrs.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    assert not re.search(r"url\(|@import|https?://", written)
    assert len(written) < 60_000


def test_a_report_without_trades_and_without_anything_to_compare(ooctl, state, tmp_path):
    state.exported = [a_row(0, 10, 20, 500.0)]
    file = tmp_path / "one.html"
    assert ooctl("report", SHORT_ID, "--html", str(file)).status is ExitStatus.OK

    text = Page(file.read_text("utf-8")).text
    assert "another order" not in text
    assert "the only set of values" in text
    state.exported = []
    assert ooctl("report", SHORT_ID, "--html", str(file), "--overwrite").status is ExitStatus.OK
    assert "Best results" not in file.read_text("utf-8")


def test_a_long_report_says_that_it_was_cut(ooctl, tmp_path):
    file = tmp_path / "long.html"
    ooctl("report", SHORT_ID, "--html", str(file), "--rows", "2", "--metric", "pl")

    page = Page(file.read_text("utf-8"))
    assert len([row for row in page.rows if len(row) == 11]) == 3
    assert "The first 2 of 5 are shown." in page.text
