"""Each rule of the console attacked: nobody else's page reads or changes anything, and nobody acts without a session."""

import re
import stat
import webbrowser
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import structlog
import trio

from ooctl.__main__ import main
from oodaemon.api.v1 import console_pb2
from oodaemon.clock import utc_now
from oodaemon.console import forms, guard, server
from oodaemon.console.guard import POLICY
from oodaemon.console.server import ConsoleServer
from oodaemon.console.sessions import BYTES
from oodaemon.errors import ConfigurationError, Unavailable
from oodaemon.model.runs import Run
from oodaemon.store import runs
from tests.integration.console.serving import Site, console
from tests.integration.rpc.support import Service, child, serving, short_folder

ELSEWHERE = ("https://evil.example", "http://127.0.0.1:1", "http://localhost:1", "null", "file://")


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as made:
        yield made


@pytest.fixture
async def site(folder: Path) -> AsyncIterator[Site]:
    async with console(folder) as running:
        yield running


@pytest.fixture
async def run(site: Site) -> Run:
    return await site.service.submit(3)


async def revision(at: Service, run: Run) -> int:
    """Changes with everything that is done to a run."""
    return (await at.parts.store.read(runs.get, run.run_id)).revision


async def asked_for(at: Service, run: Run) -> list[tuple[str, str]]:
    """Who asked for something, and why, as the journal has it."""
    events = await at.parts.journal.read_after(0, run_id=run.run_id)
    return [(event.body["client"], event.body.get("reason", "")) for event in events if event.body.get("client")]


async def test_who_only_came_by_reads_and_does_nothing(site: Site, run: Run) -> None:
    before = await revision(site.service, run)
    async with site.visitor() as visitor:
        assert "read only" in await visitor.page("/")
        for path in (f"/runs/{run.run_id}/change", f"/runs/{run.run_id}/rule", "/leave", "/nowhere"):
            answer = await visitor.post(path, do="pause")
            assert answer.status_code == 403, path
            assert "ooctl console" in answer.text
    assert await revision(site.service, run) == before


async def test_who_has_the_link_acts_and_the_journal_says_so(site: Site, run: Run) -> None:
    async with site.owner() as owner:
        answer = await owner.post(f"/runs/{run.run_id}/change", do="pause", reason="lunch")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/runs/{run.run_id}")
        page = await owner.page(f"/runs/{run.run_id}")
    assert "Resume" in page
    assert await asked_for(site.service, run) == [("console", "lunch")]


async def test_a_form_sent_twice_is_done_once(site: Site, run: Run) -> None:
    async with site.owner() as owner:
        for _ in range(2):
            answer = await owner.post(f"/runs/{run.run_id}/change", do="pause", request_id="abc", reason="once")
            assert answer.status_code == 303
        other = await owner.post(f"/runs/{run.run_id}/change", do="pause", request_id="abc", reason="something else")
        assert other.status_code == 409
    assert await asked_for(site.service, run) == [("console", "once")]


@pytest.mark.parametrize("origin", ELSEWHERE)
async def test_a_page_from_elsewhere_changes_nothing(site: Site, run: Run, origin: str) -> None:
    before = await revision(site.service, run)
    async with site.owner() as owner:
        answer = await owner.post(f"/runs/{run.run_id}/change", origin=origin, do="cancel")
        assert answer.status_code == 403
        headers = {"sec-fetch-site": "cross-site", "origin": owner.base}
        answer = await owner.web.post(f"/runs/{run.run_id}/change", data={"csrf": owner.csrf, "do": "cancel"}, headers=headers)
        assert answer.status_code == 403
    assert await revision(site.service, run) == before


async def test_a_form_from_nowhere_changes_nothing(site: Site, run: Run) -> None:
    before = await revision(site.service, run)
    async with site.owner() as owner:
        answer = await owner.post(f"/runs/{run.run_id}/change", origin=None, do="cancel")
        assert answer.status_code == 403
    assert await revision(site.service, run) == before


@pytest.mark.parametrize("token", ["", "x", "x" * 43])
async def test_a_form_without_the_token_of_its_session_changes_nothing(site: Site, run: Run, token: str) -> None:
    before = await revision(site.service, run)
    async with site.owner() as owner, site.owner() as other:
        for wrong in (token, other.csrf):
            owner.csrf = wrong
            assert (await owner.post(f"/runs/{run.run_id}/change", do="cancel")).status_code == 403
    assert await revision(site.service, run) == before


async def test_a_link_works_once(site: Site) -> None:
    link = await site.link()
    assert len(link.rpartition("/")[2]) >= BYTES * 4 // 3
    async with site.visitor() as first, site.visitor() as second:
        answer = await first.get(link)
        assert answer.status_code == 200
        cookie = answer.headers["set-cookie"]
        assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
        assert f"oodaemon_console_{site.port}=" in cookie
        replayed = await second.get(link)
        assert replayed.status_code == 403
        assert "set-cookie" not in replayed.headers
        assert "read only" in await second.page("/")


@pytest.mark.parametrize("secret", ["", "x", "%00", "%2e%2e%2f", "a" * 5000])
async def test_a_link_that_was_never_made_opens_nothing(site: Site, secret: str) -> None:
    async with site.visitor() as visitor:
        answer = await visitor.get(f"/open/{secret}")
        assert answer.status_code in (403, 404)
        assert "set-cookie" not in answer.headers


async def test_who_gives_up_control_has_none(site: Site, run: Run) -> None:
    async with site.owner() as owner:
        kept = dict(owner.web.cookies)
        assert (await owner.post("/leave")).status_code == 303
        owner.web.cookies.update(kept)
        assert (await owner.post(f"/runs/{run.run_id}/change", do="pause")).status_code == 403


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:{port}", "127.0.0.1:{port}0"],
)
async def test_a_name_that_only_leads_here_is_refused(site: Site, host: str) -> None:
    async with site.owner() as owner:
        for path in ("/", "/api/runs.json", "/static/console.css", "/live/home"):
            answer = await owner.get(path, host=host.format(port=site.port))
            assert answer.status_code == 421, path


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
async def test_the_names_of_this_machine_are_known(site: Site, host: str) -> None:
    async with site.visitor() as visitor:
        assert (await visitor.get("/", host=f"{host}:{site.port}")).status_code == 200


@pytest.mark.parametrize("path", ["/", "/api/runs.json", "/static/console.js", "/live/home"])
async def test_another_site_embeds_nothing(site: Site, path: str) -> None:
    async with site.owner() as owner:
        for there in ("cross-site", "same-site"):
            answer = await owner.get(path, **{"sec-fetch-site": there, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script"})
            assert answer.status_code == 403
            framed = await owner.get(path, **{"sec-fetch-site": there, "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"})
            assert framed.status_code == 403
        assert (await owner.get(path, origin="https://evil.example")).status_code == 403


async def test_a_link_on_another_site_leads_here(site: Site) -> None:
    async with site.visitor() as visitor:
        visit = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
        assert (await visitor.get("/", **visit)).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
async def test_only_a_post_acts(site: Site, run: Run, method: str) -> None:
    before = await revision(site.service, run)
    async with site.owner() as owner:
        for path in (f"/runs/{run.run_id}/change?do=cancel&csrf={owner.csrf}", "/leave"):
            answer = await owner.web.request(method, path, headers={"origin": owner.base})
            assert answer.status_code == 405, path
            assert "access-control-allow-origin" not in answer.headers
        assert "Give up control" in await owner.page("/")
    assert await revision(site.service, run) == before


@pytest.mark.parametrize(
    "path", ["/", "/runs/latest", "/nowhere", "/static/console.js", "/static/nothing.js", "/api/runs.json", "/open/x"]
)
async def test_every_answer_binds_the_browser(site: Site, run: Run, path: str) -> None:
    async with site.visitor() as visitor:
        headers = (await visitor.get(path)).headers
        assert headers["content-security-policy"] == POLICY
        assert "unsafe" not in POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["x-frame-options"] == "DENY"
        is_static = path == "/static/console.js"
        assert headers["cache-control"] == ("no-cache" if is_static else "no-store")
        assert "access-control-allow-origin" not in headers
        assert "server" not in headers


@pytest.mark.parametrize("path", ["/", "/runs/latest", "/runs/latest/tasks/0", "/nowhere"])
async def test_no_page_has_a_script_or_a_style_in_it(site: Site, run: Run, path: str) -> None:
    async with site.owner() as owner:
        text = (await owner.web.get(path, follow_redirects=True)).text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', text)


@pytest.mark.parametrize("is_chunked", [False, True])
async def test_bodies_are_bounded(site: Site, is_chunked: bool) -> None:
    async with site.owner() as owner:
        cookie = "; ".join(f"{name}={value}" for name, value in owner.web.cookies.items())
        length = "Transfer-Encoding: chunked" if is_chunked else f"Content-Length: {forms.BODY + 1}"
        head = (
            f"POST /leave HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nOrigin: {site.base}\r\nX-Csrf-Token: {owner.csrf}\r\n"
            f"Cookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n{length}\r\n\r\n"
        )
        stream = await trio.open_tcp_stream("127.0.0.1", site.port)
        async with stream:
            await stream.send_all(head.encode())
            if is_chunked:
                await stream.send_all(b"%x\r\n" % (forms.BODY + 1) + b"x" * (forms.BODY + 1))
            assert (await stream.receive_some(100)).startswith(b"HTTP/1.1 413 ")
        assert "Give up control" in await owner.page("/")


async def test_nothing_of_a_body_is_read_before_it_is_known_who_sends_it(site: Site) -> None:
    stream = await trio.open_tcp_stream("127.0.0.1", site.port)
    head = f"POST /leave HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nOrigin: {site.base}\r\nContent-Length: 1000000\r\n\r\n"
    async with stream:
        await stream.send_all(head.encode())
        assert (await stream.receive_some(100)).startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize(
    "path",
    [
        "/static/../server.py",
        "/static/..%2fserver.py",
        "/static/%2e%2e/server.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/..%5cserver.py",
        "/static/",
        "/evidence/1/..%2f..%2foodaemon.db",
        "/evidence/1/../../oodaemon.db",
        "/evidence/-1/dom.html",
        "/evidence/1/oodaemon.db",
    ],
)
async def test_no_path_leads_out(site: Site, path: str) -> None:
    async with site.owner() as owner:
        cookie = "; ".join(f"{name}={value}" for name, value in owner.web.cookies.items())
        stream = await trio.open_tcp_stream("127.0.0.1", site.port)
        async with stream:
            head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
            await stream.send_all(head.encode())
            answer = b"".join([piece async for piece in stream])
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b"SQLite" not in answer
    assert b"root:" not in answer


async def test_no_header_is_injected(site: Site, run: Run) -> None:
    attacks = ("/runs/%0d%0aset-cookie:%20x=1", "/open/%0d%0aset-cookie:%20x=1", "/runs/latest?where=%0d%0aset-cookie:%20x=1")
    async with site.visitor() as visitor:
        for path in attacks:
            assert "set-cookie" not in (await visitor.get(path)).headers


@pytest.mark.parametrize(
    "raw",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"a: " + b"b" * 70000 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nrubbish",
    ],
)
async def test_rubbish_ends_its_own_connection_only(site: Site, raw: bytes) -> None:
    stream = await trio.open_tcp_stream("127.0.0.1", site.port)
    async with stream:
        await stream.send_all(raw)
        await stream.send_eof()
        try:
            answer = b"".join([piece async for piece in stream])
        except trio.BrokenResourceError:
            answer = b""
    assert b" 200 " not in answer
    async with site.visitor() as visitor:
        await visitor.page("/")


async def test_a_websocket_is_not_answered(site: Site) -> None:
    async with site.visitor() as visitor:
        headers = {
            "connection": "Upgrade",
            "upgrade": "websocket",
            "sec-websocket-version": "13",
            "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        }
        assert (await visitor.get("/", **headers)).status_code == 403


async def test_settings_can_close_the_pages_to_readers(folder: Path) -> None:
    async with console(folder, console_reading="session") as site:
        async with site.visitor() as visitor:
            for path in ("/", "/runs/latest", "/api/runs.json", "/live/home"):
                answer = await visitor.get(path)
                assert answer.status_code == 403
                assert "ooctl console" in answer.text
            assert (await visitor.get("/static/console.css")).status_code == 200
        async with site.owner() as owner:
            await owner.page("/")


async def test_a_daemon_that_shuts_down_is_read_and_not_changed(site: Site, run: Run) -> None:
    async with site.owner() as owner:
        site.service.parts.gate.close("the daemon is shutting down")
        answer = await owner.post(f"/runs/{run.run_id}/change", do="pause")
        assert (answer.status_code, "the daemon is shutting down" in answer.text) == (503, True)
        await owner.page("/")


async def test_a_defect_is_one_sentence_and_an_id(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_(*_: object) -> None:
        raise RuntimeError("the secret inside")

    async with site.visitor() as visitor:
        await visitor.page("/")
        monkeypatch.setattr(site.service.parts.presence, "conditions", break_)
        with structlog.testing.capture_logs() as lines:
            answer = await visitor.get("/")
    assert answer.status_code == 500
    assert "the secret inside" not in answer.text
    found = re.search(r"error ([0-9a-f]{8})", answer.text)
    assert found is not None
    assert found[1] in str(lines)


async def test_requests_at_once_are_bounded(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "REQUESTS", 0)
    async with site.visitor() as visitor:
        answer = await visitor.get("/")
        assert (answer.status_code, "busy" in answer.text) == (503, True)


async def test_connections_are_bounded(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "CONNECTIONS", 1)
    async with site.listener("/live/home") as listener:
        await listener.hear()
        async with site.listener("/") as other:
            with pytest.raises((trio.BrokenResourceError, AssertionError)):
                await other.hear()
    async with site.visitor() as visitor:
        with trio.fail_after(60):
            while True:
                try:
                    await visitor.page("/")
                except (httpx.RemoteProtocolError, httpx.ReadError):
                    continue  # the other connection is about to be noticed to be gone
                return


async def test_a_link_expires(site: Site) -> None:
    answer = await site.service.ask(lambda stubs: stubs.console.OpenConsole(console_pb2.OpenConsoleRequest()))
    left = answer.expires_at.ToDatetime(utc_now().tzinfo) - utc_now()
    assert 50 < left.total_seconds() <= 60


def handed_over(page: Path) -> tuple[int, str]:
    """Who may read a page that leads to the console, and where it leads."""
    found = re.search(r'href="([^"]+)"', page.read_text())
    assert found is not None
    return stat.S_IMODE(page.stat().st_mode), found[1]


async def test_the_client_opens_the_console_without_telling_other_users(
    site: Site, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda address: not opened.append(address))
    env = {"XDG_STATE_HOME": str(folder / "client")}
    for _ in range(2):
        assert await trio.to_thread.run_sync(main, ["--daemon", site.service.target, "console"], env) == 0
    assert "/open/" not in str(capsys.readouterr())
    mode, link = handed_over(Path(opened[-1].removeprefix("file://")))
    assert mode == 0o600
    async with site.visitor() as visitor:
        assert (await visitor.get(link)).status_code == 200

    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    assert await trio.to_thread.run_sync(main, ["--daemon", site.service.target, "console"], env) == 0
    assert capsys.readouterr().out.startswith(f"{site.base}/open/")


async def test_a_console_that_is_off_is_said_to_be(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with serving(folder, console="off") as service:
        assert service.parts.console is None
        status = await trio.to_thread.run_sync(main, ["--daemon", service.target, "console", "--print"], {})
    assert status == 6
    assert "the console of this daemon is off" in capsys.readouterr().err


async def test_an_address_that_is_taken_is_said_to_be(site: Site) -> None:
    means = site.service.parts.console
    assert means is not None
    other = ConsoleServer("127.0.0.1", site.port, means._means)
    with pytest.raises(ConfigurationError, match="set another OODAEMON_CONSOLE, or off"):
        await other.start(child("console"), task_status=trio.TASK_STATUS_IGNORED)
    with pytest.raises(Unavailable, match="does not serve"):
        other.link()
