"""The site over real HTTP."""

import re
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import httpx
import pytest
import trio
import trio.testing

from oodaemon.practice.behaviour import Behaviour
from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.form import Form
from oodaemon.practice.serve import serve
from oodaemon.practice.site import PRACTICE_EMAIL, PRACTICE_PASSWORD, Site
from oodaemon.practice.truth import figures
from oodaemon.practice.web import application

TEST = next(iter(SAVED_TESTS.values()))
CREDENTIALS = {"email": PRACTICE_EMAIL, "password": PRACTICE_PASSWORD}


@asynccontextmanager
async def served(behaviour: Behaviour) -> AsyncIterator[httpx.AsyncClient]:
    async with trio.open_nursery() as nursery:
        port = await nursery.start(serve, Site(behaviour))
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield client
        nursery.cancel_scope.cancel()


async def signed_in(client: httpx.AsyncClient) -> httpx.AsyncClient:
    (await client.post("/api/Session", json=CREDENTIALS)).raise_for_status()
    return client


async def test_a_run_from_sign_in_to_figures() -> None:
    async with served(Behaviour(run_seconds=(0, 0))) as client:
        state = (await (await signed_in(client)).get(f"/api/Tests/{TEST.id}")).json()["state"]
        state |= {"profit_target": "30", "entry_time": "10:05"}
        started = await client.post("/api/Backtests", json=state)
        assert (started.status_code, started.json()["n"]) == (202, 1)
        told = (await client.get("/api/Backtests/1")).json()
        expected = figures(Form.from_state(state)).cards()
        assert [card["text"] for card in told["result"]["cards"]] == [card.text for card in expected]
        [run] = (await client.get("/__practice__/runs")).json()
        assert run["form"]["profit_target"] == "30"
        assert run["received_at"] <= run["finished_at"]


async def test_a_refused_form_is_not_a_run() -> None:
    async with served(Behaviour()) as client:
        state = TEST.form.to_state() | {"entry_time": "16:30"}
        answer = await (await signed_in(client)).post("/api/Backtests", json=state)
        assert answer.status_code == 422
        assert answer.json() == {"problems": {"entry_time": "Entry time must be between 9:32 AM and 3:59 PM"}}
        assert (await client.get("/__practice__/runs")).json() == []


async def test_strangers_get_the_page_and_shared_tests_and_nothing_else() -> None:
    async with served(Behaviour()) as client:
        for path in ("/", "/login", f"/test/{TEST.id}"):
            assert '<div id="app" data-v-app>' in (await client.get(path)).text
        assert (await client.get(f"/api/Shared/{TEST.id}")).json()["name"] == TEST.name
        for path in ("Shared/none", f"Cached/{TEST.id}"):
            assert (await client.get(f"/api/{path}")).status_code == 404
        for path in ("Session", "Panel", "Listen", "Tests", f"Tests/{TEST.id}", "Backtests/1"):
            assert (await client.get(f"/api/{path}")).status_code == 401
        wrong = await client.post("/api/Session", json={"email": PRACTICE_EMAIL, "password": "no"})
        assert wrong.status_code == 401
        assert "incorrect" in wrong.text
        for path in ("/api/nothing", "/static/nothing.js", "/static/..%2fsite.py", "/__practice__/nothing"):
            assert (await client.get(path)).status_code == 404


async def test_the_session_cookie_is_out_of_reach_for_scripts() -> None:
    async with served(Behaviour()) as client:
        answer = await client.post("/api/Session", json=CREDENTIALS)
        assert "httponly" in answer.headers["set-cookie"].lower()


async def test_a_captcha_keeps_everybody_out() -> None:
    async with served(Behaviour(captcha=True)) as client:
        answer = await client.post("/api/Session", json=CREDENTIALS)
        assert answer.status_code == 403
        assert "captcha" in answer.text


async def test_changing_the_behaviour() -> None:
    async with served(Behaviour()) as client:
        wrong = await client.post("/__practice__/behaviour", json={"hydratoin": 1, "hydration": 1})
        assert wrong.status_code == 400
        assert "hydratoin" in wrong.json()["error"]
        assert (await client.post("/__practice__/behaviour", content="[")).status_code == 400
        assert (await client.post("/__practice__/behaviour", json={"hydration": 1})).status_code == 200
        assert (await client.get("/__practice__/behaviour")).json()["hydration"] == 1
        await client.post("/__practice__/reset")
        assert (await client.get("/__practice__/behaviour")).json() == Behaviour().as_json()


async def test_signing_everybody_out_loses_runs_and_ends_the_channel() -> None:
    async with served(Behaviour(run_seconds=(60, 60))) as client:
        await (await signed_in(client)).post("/api/Backtests", json=TEST.form.to_state())
        statuses = []

        async def hang(path: str) -> None:
            statuses.append((await client.get(path)).status_code)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(hang, "/api/Listen")
            nursery.start_soon(hang, "/api/Backtests/1")
            await trio.testing.wait_all_tasks_blocked(0.05)
            assert (await client.post("/__practice__/expire-sessions")).json() == {"expired": 1}
        assert statuses == [401, 401]
        assert (await client.get("/__practice__/runs")).json()[0]["finished_at"] is None


async def test_one_browser_does_not_see_the_run_of_another() -> None:
    async with served(Behaviour(run_seconds=(0, 0))) as client:
        await (await signed_in(client)).post("/api/Backtests", json=TEST.form.to_state())
        await client.post("/api/Session", json=CREDENTIALS)
        assert (await client.get("/api/Backtests/1")).status_code == 404


async def test_stopping_is_quick_quiet_and_frees_the_port(capfd: pytest.CaptureFixture[str]) -> None:
    with trio.fail_after(60):
        async with httpx.AsyncClient() as client, trio.open_nursery() as nursery:
            port = await nursery.start(serve, Site(Behaviour(run_seconds=(60, 60))))
            client.base_url = httpx.URL(f"http://127.0.0.1:{port}")
            await (await signed_in(client)).post("/api/Backtests", json=TEST.form.to_state())

            async def hang(path: str) -> None:
                with pytest.raises(httpx.TransportError):
                    await client.get(path)

            async with trio.open_nursery() as hanging:
                hanging.start_soon(hang, "/api/Listen")
                hanging.start_soon(hang, "/api/Backtests/1")
                await trio.testing.wait_all_tasks_blocked(0.05)
                nursery.cancel_scope.cancel()
        with socket.socket() as again:
            again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            again.bind(("127.0.0.1", port))
            again.listen()
    assert capfd.readouterr() == ("", "")


async def test_a_taken_port_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.RaisesGroup(OSError, allow_unwrapped=True, flatten_subgroups=True):
            async with trio.open_nursery() as nursery:
                await nursery.start(partial(serve, Site(), port=taken.getsockname()[1]))


async def test_the_door_for_tests_is_for_this_machine_only() -> None:
    app = application(Site())
    for host, status in (("192.0.2.1", 403), ("127.0.0.1", 200), ("::1", 200)):
        transport = httpx.ASGITransport(app, client=(host, 5000))
        async with httpx.AsyncClient(transport=transport, base_url="http://practice") as client:
            assert (await client.get("/__practice__/runs")).status_code == status


async def test_the_command_refuses_faults_there_are_none_of() -> None:
    command = [sys.executable, "-m", "oodaemon", "practice", "--port", "0", "--fault", "stale_pgae=0.2"]
    ended = await trio.run_process(command, capture_stderr=True, check=False)
    assert ended.returncode == 78
    assert ended.stderr.decode() == "oodaemon: --fault: there is no fault 'stale_pgae'; did you mean stale_page?\n"


async def test_the_command_takes_faults() -> None:
    command = [sys.executable, "-m", "oodaemon", "practice", "--port", "0", "--fault", "slow_list=0.25", "--fault", "late_popup"]
    async with trio.open_nursery() as nursery, httpx.AsyncClient() as client:
        process = await nursery.start(partial(trio.run_process, command, stdout=subprocess.PIPE, check=False))
        with trio.fail_after(30):
            said = await process.stdout.receive_some()
        address = re.search(r"http://[\d.:]+", said.decode())
        assert address
        told = (await client.get(f"{address[0]}/__practice__/faults")).json()
        assert {name: fault["probability"] for name, fault in told.items() if fault["probability"]} == {
            "slow_list": 0.25,
            "late_popup": 1.0,
        }
        process.terminate()
