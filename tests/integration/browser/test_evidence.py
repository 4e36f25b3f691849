"""What is taken of a page in a real browser: without its secrets, and at a bounded price when it hangs."""

import io
import json
import signal
import zipfile
from functools import partial
from pathlib import Path

import pytest
import trio
from playwright.async_api import Error

from oodaemon.bridge.loop import call
from oodaemon.browser import evidence, tab
from oodaemon.browser.evidence import Gathered
from oodaemon.browser.trace import scrub
from oodaemon.failures.redaction import Redaction
from oodaemon.model.evidence import CONSOLE, DOM, NETWORK, SCREENSHOT, TRACE
from tests.integration.browser.bench import Bench, bench, sign_in
from tests.integration.browser.processes_of import settled
from tests.integration.browser.support import strike

pytestmark = pytest.mark.browser

EMAIL, PASSWORD = "jane.doe@mail.example", 'hop&"pla<12'
PAGE = """<title>Results of {email}</title><body style="margin: 0; font: 20px monospace">
<p>P/L $1,234</p><input id=vix value=old>
<div>Signed in as <b>{local}</b><i>@{host}</i></div>
<div><input type=text id=shown><input type=password id=typed><input type=email id=mail></div>
<div id=shadow></div><iframe srcdoc="<body style='margin:0'>{email}</body>"></iframe>
<script>window.token = "{token}"</script></body>"""
FILL = """([email, password]) => {
  document.getElementById("vix").value = "17.5";
  document.getElementById("shown").value = email;
  document.getElementById("typed").value = password;
  document.getElementById("mail").value = email;
  document.getElementById("shadow").attachShadow({ mode: "open" }).innerHTML = "<p>" + email + "</p>";
  console.error("cannot sign in " + email + " with " + password);
  setTimeout(() => { throw new Error("lost " + password); }, 0);
  return fetch("/api/Nothing?password=" + encodeURIComponent(password)).then(() => fetch("http://127.0.0.1:9/gone")).catch(() => 0);
}"""


async def show(at: Bench, email: str, password: str) -> None:
    """A page full of secrets, with a request that is refused and one that fails."""
    at.tab.witness.redaction = Redaction([password, email])
    local, _, host = email.partition("@")
    await call(partial(at.tab.page.goto, at.tab.site.base_url + "/api/Settings"))
    await call(at.tab.page.set_content, PAGE.format(email=email, local=local, host=host, token=password.encode().hex()))
    await at.tab.begin_attempt(is_recorded=False)
    await call(at.tab.page.evaluate, FILL, [email, password])
    assert not await settled(lambda: b"lost" not in at.tab.witness.heard()[CONSOLE], within=60)


async def taken(at: Bench, *, is_lost: bool = False) -> Gathered:
    found = Gathered()
    await at.tab.gather(found, is_lost=is_lost)
    return found


async def test_a_page_is_told_without_its_secrets(room: Path) -> None:
    async with bench() as at:
        await show(at, EMAIL, PASSWORD)
        first = await taken(at)
        assert first.missing == {}
        assert set(first.files) == {SCREENSHOT, DOM, CONSOLE, NETWORK}
        told = b"".join(first.files[name] for name in (DOM, CONSOLE, NETWORK)).decode() + first.title + first.url
        assert not any(secret in told for secret in ("jane", "mail.example", "hop", "pla", PASSWORD.encode().hex()))
        dom = first.files[DOM].decode()
        assert 'id="vix" value="17.5"' in dom
        assert "P/L $1,234" in dom
        assert first.title == "Results of [redacted]"
        console = [json.loads(line) for line in first.files[CONSOLE].splitlines()]
        assert {"type": "exception", "text": "lost [redacted]"} in console
        network = [json.loads(line) for line in first.files[NETWORK].splitlines()]
        assert [(each["method"], each.get("status"), each.get("failure")) for each in network[-2:]] == [
            ("GET", 404, None),
            ("GET", None, network[-1]["failure"]),
        ]
        assert network[-2]["url"].endswith("/api/Nothing?password=[redacted]")
        assert "ERR_" in network[-1]["failure"]
        assert network[-2]["seconds"] is None or network[-2]["seconds"] >= 0

        # two pages that differ in nothing but their secrets make the same picture
        await show(at, EMAIL.replace("jane", "joan"), PASSWORD.replace("hop", "zip"))
        assert (await taken(at)).files[SCREENSHOT] == first.files[SCREENSHOT]
        unmasked = [await call(at.tab.page.screenshot)]
        await show(at, EMAIL, PASSWORD)
        unmasked.append(await call(at.tab.page.screenshot))
        assert unmasked[0] != unmasked[1]


async def test_a_page_that_hangs_costs_a_second(room: Path) -> None:
    async with bench() as at:
        await call(at.tab.page.set_content, "<title>Busy</title>")
        with trio.move_on_after(0.5):
            await call(at.tab.page.evaluate, "() => { for (const end = Date.now() + 20000; Date.now() < end;); }")
        began = trio.current_time()
        found = await taken(at)
        assert trio.current_time() - began < evidence.PULSE + 2
        assert set(found.missing) == {DOM, SCREENSHOT}
        assert "did not answer within 1 s" in found.missing[DOM]


@pytest.mark.parametrize("victim", ["driver", "chromium"])
async def test_a_hung_browser_costs_a_bounded_time(room: Path, victim: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tab, "CLOSE_TIMEOUT", 1.0)
    async with bench() as at:
        await at.tab.begin_attempt(is_recorded=True)
        await strike(getattr(at, victim), signal.SIGSTOP)
        began = trio.current_time()
        found = await taken(at)
        assert trio.current_time() - began < evidence.TRACE_STOP + evidence.PULSE + 2
        assert {DOM, SCREENSHOT, TRACE} >= set(found.missing) >= {DOM, SCREENSHOT}


async def test_a_browser_that_is_gone_tells_what_was_heard(room: Path) -> None:
    async with bench() as at:
        await show(at, EMAIL, PASSWORD)
        await strike(at.chromium, signal.SIGKILL)
        found = await taken(at, is_lost=True)
        assert set(found.files) == {CONSOLE, NETWORK}
        assert found.missing == {DOM: "the browser is gone", SCREENSHOT: "the browser is gone"}


async def test_a_recording_is_kept_without_secrets(room: Path) -> None:
    async with bench() as at:
        redaction = at.tab.witness.redaction = Redaction([PASSWORD, EMAIL])
        await call(partial(at.tab.page.goto, at.tab.site.base_url + "/api/Settings"))
        await at.tab.begin_attempt(is_recorded=True)
        await call(at.tab.page.set_content, PAGE.format(email=EMAIL, local="somebody", host="x", token="t"))
        await call(at.tab.page.evaluate, FILL, [EMAIL, PASSWORD])
        await call(at.tab.page.fill, "#typed", "another secret")
        with pytest.raises(Error):
            await call(partial(at.tab.page.click, "#absent", timeout=100))
        found = await taken(at)
        assert found.recording is not None
        assert b"hop" in unpacked(found.recording)
        clean = unpacked(scrub(found.recording, redaction))
        assert [secret for secret in (b"jane", b"hop", b"pla<", b'value_": "another secret') if secret in clean] == []
        records = [json.loads(line) for line in lines(scrub(found.recording, redaction))]
        assert {"context-options", "before", "frame-snapshot"} <= {record["type"] for record in records}
        assert any(record.get("params", {}).get("selector") == "#absent" for record in records)


async def test_signing_in_is_never_recorded(room: Path) -> None:
    async with bench() as at:
        await at.tab.begin_attempt(is_recorded=True)
        assert at.tab.witness.tracing.is_recording
        await sign_in(at)
        assert not at.tab.witness.tracing.is_recording
        await at.tab.begin_attempt(is_recorded=True)
        assert at.tab.witness.tracing.is_recording
        await at.tab.end_recording()
        assert not at.tab.witness.tracing.is_recording


def unpacked(archive: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        return b"\n".join(found.read(name) for name in found.namelist())


def lines(archive: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        return found.read("trace.trace").splitlines()
