"""What the pages show: everything there is, escaped, in pages of bounded size; evidence only to those who may act."""

import json
import socket
from collections.abc import AsyncIterator
from functools import partial

import pytest
import trio

from oodaemon.clock import utc_now
from oodaemon.console import live
from oodaemon.ids import ulid
from oodaemon.model.batches import Batch
from oodaemon.model.evidence import DOM, SCREENSHOT, Item, Scene
from oodaemon.model.runs import NewRun, Run, SavedTest
from oodaemon.model.tasks import FailureClass
from oodaemon.store import attempts, failures, leases, runs, tests
from tests.integration.console.serving import Site, console
from tests.integration.rpc.support import Service, short_folder

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
PAGE = b"<html><script>alert('from the site')</script></html>"
PNG = b"\x89PNG\r\n\x1a\n" + b"rest"
SCENE = Scene("run", "https://site.example/" + EVIL, EVIL, (EVIL,), {"trace.zip": EVIL})


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    with short_folder() as folder:
        async with console(folder) as running:
            yield running


async def evil_run(at: Service) -> Run:
    """A run whose every name is an attack, with a failed task."""
    await at.parts.store.write(tests.remember, [SavedTest("evil", EVIL, "/test/evil", utc_now())])
    values = ({"delta": 1, "note": EVIL}, {"delta": 2, "note": EVIL})
    new = NewRun(ulid(utc_now(), at.parts.rng), EVIL, "evil", json.dumps({"sweep": {"test": EVIL}}), (Batch(values),))
    return await at.parts.store.write(runs.submit, new)


async def fail(at: Service, message: str = EVIL, picture: bytes = PNG) -> int:
    """The next task fails for good; the number of its attempt."""
    write, shelf, limits = at.parts.store.write, at.parts.evidence.shelf, at.parts.evidence.limits
    lease = await write(leases.lease, "site/oo/browser/1", 1)
    assert lease is not None
    assert await write(attempts.intent, lease.token)
    number = lease.token.attempt_id
    kept = shelf.put(number, [Item(DOM, PAGE), Item(SCREENSHOT, picture)])
    settle = partial(attempts.fail, token=lease.token, failure_class=FailureClass.MISMATCH, message=message)
    await write(failures.close, settle, number, failures.Record(SCENE, kept, None), limits)
    return number


async def test_what_others_wrote_is_text(site: Site) -> None:
    run = await evil_run(site.service)
    number = await fail(site.service)
    paths = [
        "/",
        f"/runs/{run.run_id}",
        f"/runs/{run.run_id}/tasks/0",
        f"/runs/{run.run_id}/tasks/1",
        f"/runs/{EVIL.replace('/', '')}",
    ]
    paths += [f"/runs/{run.run_id}?where={EVIL}&sort={EVIL}&colour={EVIL}&status={EVIL}&columns={EVIL}", f"/nowhere/{EVIL}"]
    async with site.owner() as owner:
        for path in paths:
            text = (await owner.web.get(path)).text
            assert "<script>alert" not in text, path
            assert "<img src=x" not in text, path
        shown = await owner.page(f"/runs/{run.run_id}/tasks/0")
        assert shown.count("&lt;script&gt;alert(1)") >= 5
        assert f"attempt-{number}" in shown
        for path in ("/live/home", f"/live/runs/{run.run_id}"):
            cookie = "; ".join(f"{name}={value}" for name, value in owner.web.cookies.items())
            async with site.listener(path, cookie) as listener:
                said = await listener.hear()
            assert len(said) >= 4
            for name, html in said.items():
                assert "<script>alert" not in html, name
                assert "<img src=x" not in html, name
        answer = await owner.get("/api/runs.json")
        assert answer.headers["content-type"] == "application/json"
        assert answer.json()[0]["name"] == EVIL


async def test_evidence_is_for_those_who_may_act_and_never_a_page_of_ours(site: Site) -> None:
    run = await evil_run(site.service)
    number = await fail(site.service)
    async with site.visitor() as visitor:
        page = await visitor.page(f"/runs/{run.run_id}/tasks/0")
        assert "/evidence/" not in page
        assert "site.example" not in page
        for name in ("dom.html", "screenshot.png"):
            answer = await visitor.get(f"/evidence/{number}/{name}")
            assert answer.status_code == 403
            assert PAGE.decode() not in answer.text
    async with site.owner() as owner:
        assert f"/evidence/{number}/dom.html" in await owner.page(f"/runs/{run.run_id}/tasks/0")
        for query in ("", "?as=file", "?as=other"):
            answer = await owner.get(f"/evidence/{number}/dom.html{query}")
            assert answer.content == PAGE
            assert answer.headers["content-type"] == "application/octet-stream"
            assert answer.headers["content-disposition"] == f'attachment; filename="{number}-dom.html"'
        answer = await owner.get(f"/evidence/{number}/dom.html?as=text")
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.headers["content-security-policy"].endswith("; sandbox")
        assert answer.headers["x-content-type-options"] == "nosniff"
        answer = await owner.get(f"/evidence/{number}/screenshot.png")
        assert (answer.content, answer.headers["content-type"]) == (PNG, "image/png")
        assert answer.headers["content-security-policy"].endswith("; sandbox")
        assert (await owner.get(f"/evidence/{number + 1}/dom.html")).status_code == 404


async def test_a_picture_that_is_none_is_not_shown(site: Site) -> None:
    await evil_run(site.service)
    number = await fail(site.service, picture=PAGE)
    async with site.owner() as owner:
        answer = await owner.get(f"/evidence/{number}/screenshot.png")
        assert answer.status_code == 404
        assert PAGE not in answer.content


async def test_no_page_tells_a_stranger_the_account_or_a_folder(site: Site) -> None:
    run = await evil_run(site.service)
    await fail(site.service, message="no")
    async with site.visitor() as visitor:
        for path in ("/", f"/runs/{run.run_id}", f"/runs/{run.run_id}/tasks/0", "/api/runs.json", "/nowhere"):
            text = (await visitor.get(path)).text
            assert "a@example.com" not in text
            assert str(site.service.folder) not in text


async def test_results_are_sorted_filtered_coloured_and_paged(site: Site) -> None:
    run = await site.service.submit(250)
    await site.service.work(250)
    async with site.visitor() as visitor:
        first = await visitor.page(f"/runs/{run.run_id}")
        assert "250 of 250 settled, rows 1 to 100" in first
        assert rows(first) == list(range(100))
        assert rows(await visitor.page(f"/runs/{run.run_id}?page=3")) == list(range(200, 250))
        assert rows(await visitor.page(f"/runs/{run.run_id}?sort=pl&order=desc"))[:3] == [249, 248, 247]
        found = await visitor.page(f"/runs/{run.run_id}?where=delta >= 10 and delta < 13&colour=pl")
        assert rows(found) == [9, 10, 11]
        assert 'class="num s0"' in found
        assert 'class="num s5"' in found
        assert 'class="num s10"' in found
        assert rows(await visitor.page(f"/runs/{run.run_id}?page=99999999999999999999&sort=")) == list(range(100))
        wrong = await visitor.page(f"/runs/{run.run_id}?where=deltta > 1")
        assert "did you mean delta?" in wrong
        assert 'aria-sort="descending"' in await visitor.page(f"/runs/{run.run_id}?sort=pl&order=desc")


def rows(page: str) -> list[int]:
    """The tasks of a table of results, in their order."""
    return [int(piece.partition('"')[0]) for piece in page.split('aria-label="task ')[1:]]


async def test_rows_are_json_for_other_programs(site: Site) -> None:
    run = await site.service.submit(5)
    await site.service.work(4)
    async with site.visitor() as visitor:
        listed = (await visitor.get("/api/runs.json?limit=1")).json()
        assert [(each["run_id"], each["total"], each["completed"], each["phase"]) for each in listed] == [
            (run.run_id, 5, 4, "RUNNING")
        ]
        answer = await visitor.get("/api/runs/latest/results.json?sort=pl&order=desc&limit=2&offset=1")
        assert answer.headers["x-total-count"] == "4"
        assert [(row["index"], row["delta"], row["pl"], row["status"]) for row in answer.json()] == [
            (2, 3, 3.5, "COMPLETED"),
            (1, 2, 2.5, "COMPLETED"),
        ]
        assert isinstance(answer.json()[0]["extra"], dict | None)
        for query in ("limit=-1", "limit=x", "offset=1e9", "limit=10001"):
            assert (await visitor.get(f"/api/runs/latest/results.json?{query}")).status_code == 400
        assert (await visitor.get("/api/runs/01ZZ/results.json")).json() == {
            "error": (await visitor.get("/api/runs/01ZZ/results.json")).json()["error"]
        }


async def test_a_live_page_hears_of_every_change_and_goes_on_after_a_cut(site: Site) -> None:
    run = await site.service.submit(3)
    async with site.listener(f"/live/runs/{run.run_id}") as listener:
        assert "<b>0</b> of 3 done" in (await listener.hear())["run-head"]
        await site.service.work(1)
        while "<b>1</b> of 3 done" not in (await listener.hear()).get("run-head", ""):
            pass
    await site.service.work(1)
    async with site.listener(f"/live/runs/{run.run_id}") as listener:
        assert "<b>2</b> of 3 done" in (await listener.hear())["run-head"]
    async with site.visitor() as visitor:
        assert (await visitor.get("/live/runs/01ZZ")).status_code == 404


async def test_live_pages_are_bounded(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "STREAMS", 1)
    async with site.visitor() as visitor, site.listener("/live/home") as listener:
        await listener.hear()
        assert (await visitor.get("/live/home")).status_code == 503
    with trio.fail_after(60):
        while True:
            async with site.listener("/live/home") as listener:
                if b" 200 " in await listener.stream.receive_some(15):
                    return


async def test_a_live_page_does_not_hold_up_the_end(site: Site) -> None:
    server = site.service.parts.console
    assert server is not None
    async with site.listener("/live/home") as listener, site.listener("/live/home"):
        await listener.hear()
        with trio.fail_after(60):
            site.scope.cancel()
            while await listener.stream.receive_some():
                pass
    assert server.address == ""


async def test_a_reader_that_stalls_does_not_hold_up_the_end(site: Site) -> None:
    with socket.socket() as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.connect(("127.0.0.1", site.port))
        stream = trio.SocketStream(trio.socket.from_stdlib_socket(raw))
        with trio.move_on_after(5) as scope:  # until nobody reads what is asked, as nobody takes the answers
            await stream.send_all(f"GET /static/console.css HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\n\r\n".encode() * 200_000)
        assert scope.cancelled_caught
        with trio.fail_after(60):
            site.scope.cancel()
            await site.over.wait()


async def test_rulings_want_tasks_that_can_be_read(site: Site) -> None:
    run = await site.service.submit(3)
    await fail(site.service)
    async with site.owner() as owner:
        answer = await owner.post(f"/runs/{run.run_id}/rule", do="skip", tasks="0", reason="")
        assert answer.status_code == 400
        answer = await owner.post(f"/runs/{run.run_id}/rule", do="skip", tasks="zero", reason="x")
        assert (answer.status_code, "zero" in answer.text) == (400, True)
        answer = await owner.post(f"/runs/{run.run_id}/rule", do="explode", tasks="0", reason="x")
        assert answer.status_code == 400
        answer = await owner.post(f"/runs/{run.run_id}/rule", do="skip", tasks="0", reason="not needed")
        assert answer.status_code == 303, answer.text
        assert "not needed" in await owner.page(f"/runs/{run.run_id}/tasks/0")
