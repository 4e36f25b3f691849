"""History, tests, parameters, recordings, daemon, settings, charts and analysis: what they say, and what they never do."""

import html
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import trio

from oodaemon.api.v1 import exports_pb2, runs_pb2
from oodaemon.app.configuration import MASK
from oodaemon.browser.ledger import LEDGER
from oodaemon.clock import utc_now
from oodaemon.console.figure_words import METRICS, UNITS
from oodaemon.events.log import Level
from oodaemon.ids import ulid
from oodaemon.model.batches import Batch
from oodaemon.model.config import ConfigCard, ConfigLeg, ConfigLine, TestConfig
from oodaemon.model.runs import NewRun, Run, SavedTest
from oodaemon.rpc import export_columns
from oodaemon.store import runs, tests
from tests.integration.console.serving import Site, console
from tests.integration.rpc.support import short_folder

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
PAGES = ("/new", "/history", "/tests", "/tests/iron", "/parameters", "/recordings", "/daemon", "/settings")


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    with short_folder() as folder:
        secrets = {"password": "swordfish", "notify_url": "https://hooks.example/T0/herring", "notify_secret": "mackerel" * 4}
        async with console(folder, email="somebody@example.com", **secrets) as running:
            yield running


def bare(text: str) -> str:
    """What a page says, without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


async def grid(site: Site, name: str = "grid", *, test_id: str = "iron") -> Run:
    """A run of delta by weekday with figures for each task."""
    values = tuple({"delta": delta, "weekday": day} for delta in (5, 10, 20) for day in ("Tuesday", "Monday"))
    parts = site.service.parts
    new = NewRun(ulid(utc_now(), parts.rng), name, test_id, '{"grid":{"test":"iron"}}', (Batch(values),))
    run = await parts.store.write(runs.submit, new)
    await site.service.work(len(values))
    return await parts.store.read(runs.get, run.run_id)


async def of_json(site: Site, path: str, status: int = 200) -> Any:
    async with site.visitor() as visitor:
        answer = await visitor.get(path, accept="application/json")
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_every_page_is_shown_to_readers_and_named_in_the_navigation(site: Site) -> None:
    async with site.visitor() as visitor:
        for path in PAGES:
            page = await visitor.page(path)
            assert "<h1" in page
            assert "style=" not in page
            assert " onclick" not in page
            assert not re.search(r"(src|href|action)=\"(https?:)?//", page), "nothing of other hosts"
            place = "/" + path.split("/")[1]
            assert f'<a href="{place}" aria-current="page">' in page


async def test_a_chart_has_the_figures_of_the_service(site: Site) -> None:
    run = await grid(site)
    found = await of_json(site, f"/runs/{run.run_id}/chart.json?metric=pl")
    assert (found["kind"], found["rows"]["name"], found["columns"]["name"]) == ("grid", "delta", "weekday")
    assert found["columns"]["labels"] == ["Monday", "Tuesday"]

    def results(stubs: Any) -> list[Any]:
        return list(stubs.runs.ListResults(runs_pb2.ListResultsRequest(run_id=run.run_id)).results)

    theirs = {
        (result.parameters["delta"].number_value, result.parameters["weekday"].string_value): result.metrics.pl
        for result in await site.service.ask(results)
    }
    ours = {(found["rows"]["numbers"][c[0]], found["columns"]["labels"][c[1]]): c[2] for c in found["cells"]}
    assert ours == theirs
    assert len(theirs) == 6

    curve = await of_json(site, f"/runs/{run.run_id[:20].lower()}/chart.json?metric=pl&by=delta&by=")
    assert [series["name"] for series in curve["series"]] == ["weekday Monday", "weekday Tuesday"]
    spread = await of_json(site, f"/runs/{run.run_id}/chart.json?view=spread&metric=pl")
    assert sum(each[2] for each in spread["bins"]) == 6


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("metric=plx", 400, "did you mean pl"),
        ("by=gamma", 400, "the run has no parameter 'gamma'"),
        ("by=delta&by=delta", 400, "one or two different parameters"),
        ("view=equity&task=x", 400, "give the number of a task"),
        ("view=equity&task=0", 404, ""),
    ],
)
async def test_a_chart_that_cannot_be_drawn_says_why(site: Site, query: str, status: int, sentence: str) -> None:
    run = await grid(site)
    assert sentence in (await of_json(site, f"/runs/{run.run_id}/chart.json?{query}", status))["error"]


async def test_a_chart_without_script_is_a_table(site: Site) -> None:
    run = await grid(site)
    async with site.visitor() as visitor:
        page = await visitor.page(f"/runs/{run.run_id}/charts?table=1&by=delta")
        assert "weekday Monday" in page
        shown = bare(await visitor.page(f"/runs/{run.run_id}/charts?table=1&metric=nothing"))
        assert "there is no figure 'nothing'" in shown
        assert 'data-chart="/runs/' in await visitor.page(f"/runs/{run.run_id}")


async def test_history_is_searched_paged_and_compared(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oodaemon.console.history.PAGE", 2)
    made = [await grid(site, f"run {number}") for number in range(3)]
    async with site.visitor() as visitor:
        page = await visitor.page("/history")
        assert [f"run {n}</a>" in page for n in range(3)] == [False, True, True]
        older = html.unescape(re.findall(r'rel="next" href="([^"]*)"', page)[0])
        assert "run 0</a>" in await visitor.page(older)
        page = await visitor.page("/history?text=RUN+1&kind=grid&phase=completed&test=iron")
        assert [f"run {n}</a>" in page for n in range(3)] == [False, True, False]
        assert "No run is like that." in await visitor.page("/history?phase=paused")
        assert "No run is like that." in await visitor.page("/history?since=2100-01-01")
        assert "run 2</a>" in await visitor.page("/history?since=2020-01-01&until=2100-01-01")
        for wrong in ("since=yesterday", "phase=x", "kind=x", "until=9999-12-31"):
            assert 'role="alert"' in await visitor.page(f"/history?{wrong}")
        compared = bare(await visitor.page(f"/compare?run={made[0].run_id}&run={made[1].run_id}"))
        assert "2 runs side by side" in compared
        assert "run 0" in compared
        assert "Values they share" in compared
        assert (await visitor.get(f"/compare?run={made[0].run_id}")).status_code == 400
        assert (await visitor.get("/compare?run=01&run=02")).status_code in (400, 404)


async def test_a_saved_test_is_shown_as_its_page_said(site: Site) -> None:
    line = ConfigLine("Profit Target 50%", "Profit Target", 50, "%")
    leg, card = ConfigLeg("sell", "put", 1, 20, "Δ", 0), ConfigCard(EVIL, "", (line,))
    config = TestConfig("SPX", "2022-05-16", "2025-12-06", (leg,), (card,))
    await site.service.parts.store.write(tests.note_config, "iron", config)
    await grid(site, "of this test")
    async with site.visitor() as visitor:
        page = await visitor.page("/tests/iron")
        assert "<script>alert" not in page
        shown = bare(page)
        assert "2022-05-16 to 2025-12-06" in shown
        assert "Profit Target 50%" in shown
        assert "of this test" in shown
        assert (await visitor.get("/tests/nowhere-at-all")).status_code == 404, "and the site is not asked"


@pytest.mark.parametrize("path", ["/tests", "/tests/iron"])
async def test_only_those_with_control_have_the_site_asked(site: Site, path: str) -> None:
    await site.service.parts.desk.enter("AuthRequired", "a person has to act")
    async with site.visitor() as visitor:
        assert (await visitor.post(path)).status_code == 403
    async with site.owner() as owner:
        answer = await owner.post(path)
        assert answer.status_code == 502
        assert "a person has to act" in answer.text


async def test_parameters_are_found_by_every_word(site: Site) -> None:
    async with site.visitor() as visitor:
        assert bare(await visitor.page("/parameters")).count("Value ") >= len(list(site.service.parts.workshop.registry))
        found = await visitor.page("/parameters?text=profit+target")
        assert re.findall(r'<article class="card" id="([a-z_]+)"', found) == ["profit_target"]
        nothing = await visitor.page(f"/parameters?text={EVIL}")
        assert "No parameter is like that." in nothing
        assert "<img src=x" not in nothing


async def test_recordings_tell_of_later_alternatives_and_drift(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LEDGER, "_uses", {})
    monkeypatch.setattr(LEDGER, "_fallbacks", type(LEDGER._fallbacks)())
    async with site.visitor() as visitor:
        assert "was found as it was recorded" in await visitor.page("/recordings")
        LEDGER.note('"heading" in "test"', 2)
        page = bare(await visitor.page("/recordings?show=fallbacks"))
        assert "The site is moving." in page
        assert '"heading" in "test" 1 1' in page
        assert "by number 3" in page
        assert "1 of " in page
        site.service.parts.mender.problem = f"broken {EVIL}"
        page = await visitor.page("/recordings")
        assert "The changed files cannot be used" in page
        assert "<script>alert" not in page


async def test_the_daemon_shows_its_actors_and_hides_its_tasks_from_readers(site: Site) -> None:
    async with site.visitor() as visitor:
        page = bare(await visitor.page("/daemon"))
        assert "api" in page
        assert "start number" in page
        for path in ("/daemon/tasks", "/daemon/logs"):
            assert (await visitor.get(path)).status_code == 403
    async with site.listener("/live/daemon") as listener:
        assert set(await listener.hear()) == {"daemon-conditions", "daemon-facts", "actors"}
    async with site.owner() as owner:
        assert "Where every task waits" in await owner.page("/daemon/tasks")
        assert "<h1>Log</h1>" in await owner.page("/daemon/logs?level=debug")


async def test_the_log_goes_on_by_itself_until_the_session_ends(site: Site) -> None:
    book = site.service.parts.logs.book
    book.add(utc_now(), Level.WARNING, "the first", {"actor": "one"})
    async with site.listener("/live/daemon/logs") as stranger:
        assert b" 403 " in await stranger.stream.receive_some()
    async with site.owner() as owner:
        cookie = "; ".join(f"{name}={value}" for name, value in owner.web.cookies.items())
        assert 'data-live="/live/daemon/logs"' in await owner.page("/daemon/logs")
        async with site.listener("/live/daemon/logs?level=warning", cookie) as listener:
            first = await listener.hear()
            assert list(first) == ["log-lines"]
            assert "the first" in first["log-lines"]
            book.add(utc_now(), Level.INFO, "too quiet", {})
            book.add(utc_now(), Level.ERROR, "<script>alert(1)</script>", {"run_id": "01J"})
            with trio.fail_after(5):
                more = await listener.hear()
            assert "&lt;script&gt;alert(1)" in more["log-lines"]
            assert more["log-lines"].count("<tr>") == 1, "neither what is shown already nor what nobody asked for"
            assert b"event: prepend" in listener.told
            await owner.post("/leave")
            book.add(utc_now(), Level.ERROR, "nobody may read this", {})
            rest = b""
            with trio.fail_after(5):
                while not rest.endswith(b"0\r\n\r\n"):  # the end of the answer; the connection stays
                    rest += await listener.stream.receive_some()
            assert b"nobody may read" not in rest


async def test_settings_tell_origins_and_no_secret(site: Site) -> None:
    async with site.visitor() as visitor:
        page = await visitor.page("/settings")
    for secret in ("swordfish", "somebody@example.com", "herring", "mackerel"):
        assert secret not in page
    assert MASK in page
    shown = bare(page)
    assert "state_dir" in shown
    assert re.search(r"console HOST:PORT [^|]*127\.0\.0\.1:0", shown)
    assert "How many browsers work at once" in shown


async def test_a_run_without_results_has_an_analysis_that_says_so(site: Site) -> None:
    run = await site.service.submit(2)
    async with site.visitor() as visitor:
        page = await visitor.page(f"/runs/{run.run_id}/analysis")
        assert page.count('class="empty"') >= 3


async def test_the_analysis_names_the_best_and_what_cannot_be_said(site: Site) -> None:
    run = await grid(site)
    async with site.visitor() as visitor:
        page = bare(await visitor.page(f"/runs/{run.run_id}/analysis?by=pl"))
        assert "Best by pl Task Values P/L" in page
        assert re.search(r"P/L CAGR .*? task 5 delta 20, weekday Monday", page)
        assert "The run keeps no trade logs" in page
        wrong = await visitor.page(f"/runs/{run.run_id}/analysis?where={EVIL}&by=pl")
        assert "<img src=x" not in wrong
        assert "'x' is no number of a task" in bare(await visitor.page(f"/runs/{run.run_id}/analysis?task=x"))


async def test_hostile_names_stay_text_everywhere(site: Site) -> None:
    await site.service.parts.store.write(tests.remember, [SavedTest("evil", EVIL, "/test/evil", utc_now())])
    run = await grid(site, EVIL, test_id="evil")
    other = await grid(site, "other", test_id="evil")
    paths = (f"/runs/{run.run_id}/charts?table=1", f"/runs/{run.run_id}/analysis", f"/compare?run={run.run_id}&run={other.run_id}")
    async with site.visitor() as visitor:
        for path in (*paths, "/history", f"/history?text={EVIL}&test={EVIL}&after={EVIL}", "/tests", "/tests/evil"):
            page = await visitor.page(path)
            assert "<script>alert" not in page
            assert "<img src=x" not in page


def test_units_are_those_of_the_exports() -> None:
    units = {column.name: column.wire().unit for column in export_columns.FIGURES}
    assert {name: UNITS.get(name, "") for name in METRICS} == {name: units[name] for name in METRICS}
    prefix = export_columns.DERIVED_PREFIX
    for column in export_columns.OF_TRADE_LOG:
        name = column.name.removeprefix(prefix)
        if name != "max_drawdown":
            assert UNITS.get(name, "") == column.wire().unit, name
    assert exports_pb2.COLUMN_ROLE_FIGURE == 3
    assert exports_pb2.COLUMN_ROLE_DERIVED == 4
