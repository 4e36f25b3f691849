"""The form of a new run: made of schemas, counts without a script, submits once, and says what is wrong where it is wrong."""

import html
import io
import re
import secrets
from collections.abc import AsyncIterator
from types import MappingProxyType
from typing import Any

import openpyxl
import pytest

from oodaemon.api.v1 import runs_pb2
from oodaemon.clock import utc_now
from oodaemon.model.runs import SavedTest
from oodaemon.parameters.base import Parameter
from oodaemon.parameters.fields import Choice, Float
from oodaemon.store import runs, tests
from tests.integration.console.serving import Site, console
from tests.integration.rpc.support import short_folder

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
SWEEP = {"test": "iron", "mode": "sweep", "p.0.name": "delta", "p.0.start": "5", "p.0.end": "10", "p.0.step": "1"}

SECOND = {"p.1.name": "stop_loss", "p.1.values": "5,6", "p.1.stage": "2"}


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    with short_folder() as folder:
        async with console(folder) as running:
            yield running


def bare(text: str) -> str:
    """What a page says, without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


async def stored(site: Site) -> list[Any]:
    return await site.service.parts.store.read(runs.page, limit=10)


async def test_the_form_offers_every_parameter_with_its_schema(site: Site) -> None:
    async with site.visitor() as visitor:
        page = await visitor.page("/new?do=add:exit_time&test=iron")
        for parameter in site.service.parts.workshop.registry:
            assert f'<option value="{parameter.name}">' in page
        exit_time = site.service.parts.workshop.registry.get("exit_time")
        assert exit_time is not None
        assert html.escape(exit_time.description) in page
        assert '<option value="iron" selected>Iron condor</option>' in page
        for option in exit_time.options:
            assert f'name="p.0.opt.{option}"' in page


class Added(Parameter):
    """A parameter that nobody knew when the console was written."""

    name = "margin_thing"
    description = "Margin <of> a plug-in"
    section = "Funds & Allocation"
    value = Float(minimum=0.5, maximum=12, step=0.5, unit="%")
    options = MappingProxyType({"how": Choice(choices=("slow", "fast"), default="slow", description="the way & means")})

    def actions(self, setting: Any) -> tuple[Any, ...]:
        return ()


async def test_a_plug_in_parameter_appears_by_itself(site: Site) -> None:
    registry = site.service.parts.workshop.registry
    registry._by_name["margin_thing"] = Added()
    async with site.visitor() as visitor:
        page = await visitor.page("/new?do=add:margin_thing")
        assert "Margin &lt;of&gt; a plug-in" in page
        assert "0.5 to 12 %" in bare(page)
        assert 'name="p.0.opt.how"' in page
        assert "the way &amp; means" in page
        assert "margin_thing" in await visitor.page("/parameters?text=plug-in")


async def test_a_form_without_script_adds_removes_and_counts(site: Site) -> None:
    async with site.visitor() as visitor:
        page = await visitor.page("/new?mode=grid&test=iron&p.0.name=delta&p.0.start=5&p.0.end=10&do=add:delta")
        assert 'name="p.1.name" value="delta@2"' in page
        assert 'name="p.0.start" value="5"' in page, "what was typed is still there"
        page = await visitor.page("/new?mode=grid&test=iron&p.0.name=delta&p.1.name=stop_loss&do=remove:0")
        assert 'name="p.0.name" value="stop_loss"' in page
        assert 'name="p.1.name"' not in page
        counted = bare(await visitor.page("/new?" + "&".join(f"{k}={v}" for k, v in {**SWEEP, "do": "count"}.items())))
        assert "6 backtests on Iron condor" in counted
        assert "read only" in counted
    assert await stored(site) == []


async def test_a_submission_leads_to_its_run_and_a_second_one_to_the_same(site: Site) -> None:
    form = {**SWEEP, "do": "submit", "request_id": secrets.token_hex(8), "name": "six", "trades": "1"}
    async with site.owner() as owner:
        first, second = await owner.post("/new", **form), await owner.post("/new", **form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    (run,) = await stored(site)
    assert first.headers["location"] == f"/runs/{run.run_id}"
    assert (run.name, run.counts.total) == ("six", 6)
    assert '"trades"' in run.spec


async def test_the_same_form_with_other_values_is_refused_and_gets_a_new_id(site: Site) -> None:
    form = {**SWEEP, "do": "submit", "request_id": "same"}
    async with site.owner() as owner:
        await owner.post("/new", **form)
        again = await owner.post("/new", **{**form, "p.0.end": "20"})
        assert again.status_code == 422
        assert "this form was sent before with other values" in again.text
        assert 'name="request_id" value="same"' not in again.text
    assert len(await stored(site)) == 1


async def test_what_is_wrong_stands_at_its_field_with_what_was_typed(site: Site) -> None:
    wrong = {**SWEEP, "mode": "grid", "p.1.name": "exit_time", "p.1.use": "fix", "p.1.value": "25:99", "do": "submit"}
    async with site.owner() as owner:
        answer = await owner.post("/new", **{**wrong, "p.0.end": "5000", "request_id": "kept"})
    assert answer.status_code == 422
    places = dict(re.findall(r'data-place="(p\.\d+)">\s*<p class="wrong"[^>]*>([^<]*)', answer.text))
    assert "5000" in html.unescape(places["p.0"])
    assert "25:99" in html.unescape(places["p.1"])
    assert 'value="5000" aria-invalid="true"' in answer.text
    assert 'name="request_id" value="kept"' in answer.text
    assert await stored(site) == []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"p.0.name": "delta", "p.0.start": "5", "p.0.end": "6"}, "test : choose a saved test"),
        ({"test": "iron"}, "add a parameter and say which values it takes"),
        ({"test": "iron", "p.0.name": "delta"}, "say from where to where, or give a list of values"),
        ({"test": "iron", "p.0.name": "delta", "p.0.start": "1", "p.0.end": "2", "p.0.values": "3"}, "has a range and a list"),
        ({"test": "iron", "p.0.name": "delta", "p.0.use": "fix", "p.1.name": "stop_loss", "p.1.values": "5"}, "has no value"),
        ({**SWEEP, "p.1.name": "stop_loss", "p.1.values": "5,6"}, "a sweep varies one parameter"),
        ({**SWEEP, "mode": "search", "goal.0.metric": "mar"}, "say how many backtests may be spent"),
        ({**SWEEP, "mode": "search", "budget": "4"}, "a search must know what is best"),
        ({**SWEEP, "mode": "staged"}, "say what is best"),
        ({**SWEEP, "in_sample": "12"}, "give both lengths in months"),
        ({"test": "iron", "mode": "list"}, "paste a table, or choose a file"),
        ({"test": "iron", "mode": "list", "table": "delta,delta\n1,2"}, "two columns are called delta"),
        ({"test": "iron", "mode": "list", "table": "delta\n1\nx"}, "row 2"),
        ({**SWEEP, "other_test": "https://other.example/test/x"}, "is on other.example"),
        ({**SWEEP, "p.0.name": "dleta"}, "did you mean delta?"),
    ],
)
async def test_what_is_missing_is_said_without_asking_twice(site: Site, fields: dict[str, str], sentence: str) -> None:
    async with site.owner() as owner:
        answer = await owner.post("/new", **fields, do="submit")
    assert answer.status_code == 422
    assert sentence in bare(answer.text)
    assert await stored(site) == []


@pytest.mark.parametrize(
    ("fields", "total", "kind"),
    [
        ({**SWEEP, "mode": "grid", "p.1.name": "stop_loss", "p.1.values": "5, 6"}, 12, "grid"),
        ({"test": "iron", "mode": "list", "table": "delta;stop_loss\n5;10\n6;20\n"}, 2, "list"),
        ({"test": "iron", "mode": "list", "table": '[{"delta": 5}, {"delta": 6.5}, {"delta": 7}]'}, 3, "list"),
        ({**SWEEP, "mode": "search", "budget": "4", "goal.0.metric": "mar", "constraints": "max_drawdown >= -15"}, 4, "search"),
        (
            {**SWEEP, "mode": "staged", "p.1.name": "stop_loss", "p.1.values": "5,6", "p.1.stage": "2", "goal.0.metric": "mar"},
            8,
            "staged",
        ),
        ({**SWEEP, "p.1.name": "exit_time", "p.1.use": "fix", "p.1.value": "15:30"}, 6, "sweep"),
        ({"test": "iron", "p.0.name": "weekday", "p.0.choice": "Monday"}, 1, "sweep"),
    ],
)
async def test_every_kind_is_counted_and_submitted(site: Site, fields: dict[str, str], total: int, kind: str) -> None:
    async with site.owner() as owner:
        counted = (await owner.post("/new/plan", **fields)).json()
        assert (counted["tasks"], counted["problems"]) == (total, [])
        answer = await owner.post("/new", **fields, do="submit")
        assert answer.status_code == 303, bare(answer.text)
    (run,) = await stored(site)
    spec = run.spec
    assert f'"{kind}"' in spec
    shown = await site.service.ask(lambda stubs: stubs.runs.GetRun(runs_pb2.GetRunRequest(run_id=run.run_id)).run)
    assert shown.spec.WhichOneof("kind") == kind


def workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


async def test_a_file_takes_the_place_of_the_table(site: Site) -> None:
    async with site.owner() as owner:
        form = {"csrf": owner.csrf, "test": "iron", "mode": "list", "table": "gone", "do": "count"}
        headers = {"origin": site.base}
        files = {"table_file": ("rows.csv", b"\xef\xbb\xbfdelta\r\n5\r\n6\r\n", "text/csv")}
        answer = await owner.web.post("/new", data=form, files=files, headers=headers)
        assert "2 backtests" in bare(answer.text)
        files = {"table_file": ("rows.xlsx", b"PK\x03\x04rest", "application/zip")}
        answer = await owner.web.post("/new", data=form, files=files, headers=headers)
        assert "this is no workbook that can be read; save it as .xlsx or as CSV" in bare(answer.text)
        files = {"table_file": ("rows.xlsx", workbook([["delta"], [5], [6], [7]]), "application/zip")}
        answer = await owner.web.post("/new", data=form, files=files, headers=headers)
        assert "3 backtests" in bare(answer.text)
        assert "delta\n5\n6\n7" in answer.text, "the form goes on with what was in the sheet"
        files = {"table_file": ("rows.csv", EVIL.encode() + b",delta\n1,2\n", "text/csv")}
        answer = await owner.web.post("/new", data=form, files=files, headers=headers)
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text


async def test_hostile_names_stay_text(site: Site) -> None:
    await site.service.parts.store.write(tests.remember, [SavedTest("evil", EVIL, "/test/evil", utc_now())])
    async with site.owner() as owner:
        answer = await owner.post(
            "/new", **{**SWEEP, "test": "evil", "name": EVIL, "other_test": EVIL, "constraints": EVIL, "do": "count"}
        )
        for text in (answer.text, (await owner.post("/new/plan", **{**SWEEP, "test": "evil", "do": "count"})).json()["html"]):
            assert "<script>alert" not in text
            assert "<img src=x" not in text
        await owner.post("/new", **{**SWEEP, "test": "evil", "name": EVIL, "do": "submit"})
        for path in ("/history", "/tests", "/tests/evil", f"/history?text={EVIL}"):
            page = await owner.page(path)
            assert "<script>alert" not in page
            assert "<img src=x" not in page
            assert "&lt;script&gt;alert(1)" in page


async def test_without_control_nothing_is_submitted(site: Site) -> None:
    async with site.visitor() as visitor:
        refused = await visitor.post("/new", **{**SWEEP, "do": "submit"})
        assert refused.status_code == 403
        assert "ooctl console" in refused.text
        page = await visitor.page("/new?do=submit&" + "&".join(f"{k}={v}" for k, v in SWEEP.items()))
        assert 'value="submit"' not in page
    assert await stored(site) == []


async def test_a_form_of_another_page_is_refused(site: Site) -> None:
    async with site.owner() as owner:
        assert (await owner.post("/new", origin="http://evil.example", **{**SWEEP, "do": "submit"})).status_code == 403
        owner.csrf = "wrong"
        assert (await owner.post("/new", **{**SWEEP, "do": "submit"})).status_code == 403
    assert await stored(site) == []


async def test_the_live_count_is_for_readers_too(site: Site) -> None:
    async with site.visitor() as visitor:
        answer: Any = (await visitor.get("/new/plan?" + "&".join(f"{k}={v}" for k, v in SWEEP.items()))).json()
        assert answer["tasks"] == 6
        broken = (await visitor.get("/new/plan?test=iron&p.0.name=delta&p.0.values=abc")).json()
        assert broken["tasks"] is None
        assert [place for place, _ in broken["problems"]] == ["p.0"]


async def test_the_live_count_never_asks_the_site_for_a_test_that_is_being_typed(site: Site) -> None:
    query = "/new/plan?" + "&".join(f"{k}={v}" for k, v in SWEEP.items())
    async with site.visitor() as visitor:
        answer = (await visitor.get(f"{query}&other_test=Iro")).json()
        assert answer["problems"] == [["test", "'Iro' is not on the list; only those with control have the site asked"]]
        assert (await visitor.get(f"{query}&other_test=Iro&do=count")).json() == answer, "however a visitor asks"
        assert (await visitor.get(f"{query}&other_test=Iron condor")).json()["tasks"] == 6
    async with site.owner() as owner:
        answer = (await owner.post("/new/plan", **SWEEP, other_test="Iro")).json()
        assert answer["problems"] == [["test", "'Iro' is not on the list; “Count” asks the site for it"]]
