"""A daemon on another machine, as the client sees it: contexts with certificate and token, and what is said when one is wrong."""

import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import trio

from ooctl.__main__ import main
from ooctl.exits import ExitStatus
from oodaemon.model.tokens import Scope, text_of
from tests.integration.ooctl.conftest import Done
from tests.integration.rpc.outside import Outside, listening, make
from tests.integration.rpc.support import serving, short_folder

Client = Callable[..., Done]


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    with short_folder() as folder:
        async with serving(folder) as service, listening(service) as found:
            yield found


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"OOCTL_CONFIG": str(tmp_path / "c" / "config.toml"), "XDG_STATE_HOME": str(tmp_path / "state")}


@pytest.fixture
def client(env: dict[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Client:
    """Runs one command in a thread, with what it reads on its input."""

    def run(*args: str, piped: str = "", **more: str) -> Done:
        reading, writing = os.pipe()
        os.write(writing, piped.encode())
        os.close(writing)
        with os.fdopen(reading) as stdin:
            monkeypatch.setattr(sys, "stdin", stdin)
            found = main(args, {**env, **more})
        shown = capsys.readouterr()
        return Done(found, shown.out, shown.err)

    return run


@pytest.fixture(autouse=True)
def configuration(env: dict[str, str]) -> Path:
    file = Path(env["OOCTL_CONFIG"])
    file.parent.mkdir(mode=0o700)
    file.touch()
    return file


async def aside(client: Client, *args: str, **more: str) -> Done:
    return await trio.to_thread.run_sync(lambda: client(*args, **more))


async def test_a_context_carries_all_that_is_needed(outside: Outside, client: Client, configuration: Path) -> None:
    token = await outside.token("ro", Scope.READ)
    run = await outside.service.submit(2)
    named = ("office", "--address", outside.address, "--ca", str(outside.made.cert))
    added = await aside(client, "context", "add", *named, "--token", "-", piped=f"{token}\n")
    assert added.status is ExitStatus.OK, added.err
    kept = configuration.parent / "tokens" / "office"
    assert kept.read_text() == f"{token}\n"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert token not in configuration.read_text() + added.out + added.err  # noqa: ASYNC240 - quick
    assert (await aside(client, "status", "-o", "json")).json["boot"] == 1
    assert (await aside(client, "list", "-o", "json")).json[0]["run_id"] == run.run_id
    denied = await aside(client, "pause", run.run_id)
    assert denied.status is ExitStatus.DENIED
    assert "this token does not allow that" in denied.err
    assert "--scope control" in denied.err
    assert (await aside(client, "token", "list")).status is ExitStatus.DENIED
    assert (await aside(client, "context", "remove", "office")).status is ExitStatus.OK
    assert not kept.exists()


async def test_a_run_is_followed_through_it_to_its_end(outside: Outside, client: Client) -> None:
    token = await outside.token()
    run = await outside.service.submit(2)
    await outside.service.work(2)
    done = await aside(client, "--daemon", outside.address, "watch", run.run_id, OOCTL_TOKEN=token, OOCTL_CA=str(outside.made.cert))
    assert done.status is ExitStatus.OK, done.err


@pytest.mark.parametrize("token", ["", text_of(bytes(32))])
async def test_without_a_good_token_it_is_one_sentence(outside: Outside, client: Client, token: str) -> None:
    done = await aside(client, "--daemon", outside.address, "status", OOCTL_TOKEN=token, OOCTL_CA=str(outside.made.cert))
    assert done.status is ExitStatus.DENIED
    assert done.err.splitlines()[0] == "error: a valid token is needed"
    assert "OOCTL_TOKEN" in done.err
    assert not token or token not in done.err


async def test_a_certificate_that_is_not_trusted_is_one_sentence(outside: Outside, client: Client) -> None:
    other = make(outside.service.folder / "other")
    for ca in (str(other.cert), ""):
        done = await aside(
            client, "--daemon", outside.address, "status", OOCTL_TOKEN=await outside.token(f"t{len(ca)}"), OOCTL_CA=ca
        )
        assert done.status is ExitStatus.DENIED
        assert f"the certificate of the daemon at {outside.address} is not one that is trusted here" in done.err
        assert "--ca" in done.err


async def test_a_name_the_certificate_does_not_hold_is_one_sentence(outside: Outside, client: Client) -> None:
    port = outside.address.rpartition(":")[2]
    done = await aside(client, "--daemon", f"127.0.0.2:{port}", "status", OOCTL_CA=str(outside.made.cert))
    assert done.status in (ExitStatus.DENIED, ExitStatus.UNREACHABLE)
    assert done.err.startswith("error: ")


async def test_mutual_tls(client: Client) -> None:
    with short_folder() as folder:
        async with serving(folder) as service:
            own = make(folder / "own")
            async with listening(service, client_ca=own.cert) as outside:
                token = await outside.token()
                given = {"OOCTL_TOKEN": token, "OOCTL_CA": str(outside.made.cert)}
                bare = await aside(client, "--daemon", outside.address, "status", **given)
                assert bare.status is ExitStatus.UNREACHABLE
                assert "--cert and --key" in bare.err
                with_own = {**given, "OOCTL_CERT": str(own.cert), "OOCTL_KEY": str(own.key)}
                assert (await aside(client, "--daemon", outside.address, "status", **with_own)).status is ExitStatus.OK
                half = await aside(client, "--daemon", outside.address, "status", **given, OOCTL_CERT=str(own.cert))
                assert half.status is ExitStatus.USAGE


@pytest.fixture
def plain() -> Iterator[str]:
    """Something that listens and does not speak TLS; its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection, suppress(OSError):
                    connection.recv(100)
                    connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_a_server_without_tls_gets_no_token(plain: str, client: Client, tmp_path: Path) -> None:
    made = make(tmp_path / "tls")
    done = client("--daemon", plain, "status", OOCTL_TOKEN=text_of(bytes(32)), OOCTL_CA=str(made.cert))
    assert done.status is ExitStatus.UNREACHABLE
    assert f"what listens at {plain} does not speak TLS" in done.err


def test_a_token_is_no_argument(client: Client) -> None:
    done = client("context", "add", "x", "--address", "127.0.0.1:1", "--token", text_of(bytes(32)))
    assert done.status is ExitStatus.USAGE
    assert "a token is no argument" in done.err
    assert text_of(bytes(32)) not in done.err


def test_a_socket_needs_no_token(client: Client) -> None:
    done = client("context", "add", "x", "--address", "unix:/run/x.sock", "--token", "-", piped=text_of(bytes(32)))
    assert done.status is ExitStatus.USAGE
    assert "a socket needs none" in done.err


def test_what_is_no_token_is_not_kept(client: Client, configuration: Path) -> None:
    done = client("context", "add", "x", "--address", "127.0.0.1:1", "--token", "-", piped="hunter2")
    assert done.status is ExitStatus.USAGE
    assert "standard input holds no token" in done.err
    assert "hunter2" not in done.err
    assert list(configuration.parent.iterdir()) == [configuration]


def test_files_that_are_wrong_are_said_at_once(client: Client, tmp_path: Path, configuration: Path) -> None:
    loose = tmp_path / "loose.token"
    loose.write_text(text_of(bytes(32)))
    loose.chmod(0o644)
    done = client("context", "add", "x", "--address", "127.0.0.1:1", "--token-file", str(loose))
    assert done.status is ExitStatus.USAGE
    assert f"run chmod 600 {loose}" in done.err
    missing = client("context", "add", "x", "--address", "127.0.0.1:1", "--ca", str(tmp_path / "none.pem"))
    assert "cannot be read: No such file or directory" in missing.err
    assert configuration.read_text() == ""


IS_ROOT = os.getuid() == 0
BECOME = "os.setgroups([]); os.setgid(65534); os.setuid(65534); " if IS_ROOT else ""
"""A process of root becomes one of nobody: the interpreter itself may be where only root can read it. Others stay who they are."""
SOCKET = f"import os, socket, sys; {BECOME}s = socket.socket(socket.AF_UNIX); "
SERVE = f"{SOCKET}s.bind(sys.argv[1]); s.listen(); print('up', flush=True); sys.stdin.read()"
CONNECT = f"{SOCKET}s.connect(sys.argv[1])"


def test_a_socket_of_another_user_is_not_used(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else listens where our daemon would be, and would be told the password."""
    us = os.getuid() if IS_ROOT else 4711
    monkeypatch.setattr(os, "getuid", lambda: us)
    account = ("--email", "a@example.com", "--password-stdin")
    with short_folder() as folder:
        folder.chmod(0o777)
        path = folder / "d.sock"
        words = [sys.executable, "-c", SERVE, str(path)]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
            assert other.stdout is not None
            try:
                assert other.stdout.readline() == b"up\n"
                assert path.stat().st_uid not in (us, 0)
                done = client("--daemon", f"unix:{path}", "login", *account, piped="swordfish\n")
            finally:
                other.terminate()
    assert done.status is ExitStatus.DENIED
    assert f"the socket {path} belongs to another user" in done.err
    assert "swordfish" not in done.err


async def test_another_user_cannot_reach_our_socket(outside: Outside) -> None:
    path = outside.service.parts.settings.address.path
    assert path is not None

    def attempt() -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-c", CONNECT, str(path)]
        return subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    if IS_ROOT:
        path.parent.chmod(0o755)
        outside.service.folder.chmod(0o755)
        assert "PermissionError" in (await trio.to_thread.run_sync(attempt)).stderr
