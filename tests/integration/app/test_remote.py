"""Daemons as processes that listen to the network, or refuse to; and what they tell people over a kill."""

import json
import signal
import socket
import stat
from collections.abc import Callable
from pathlib import Path

from oodaemon.app.certificate import make
from oodaemon.clock import utc_now
from tests.integration.app.process import Daemon
from tests.integration.notices.receiver import Receiver, receiving
from tests.support.process import wait_for

Start = Callable[..., Daemon]


def certificate(folder: Path) -> dict[str, str]:
    made = make(folder / "tls", [], days=3, now=utc_now())
    return {"OODAEMON_TLS_CERT": str(made.cert), "OODAEMON_TLS_KEY": str(made.key), "OOCTL_CA": str(made.cert)}


def end_of(daemon: Daemon) -> tuple[int, str]:
    """The exit code of a daemon that refuses to start, and its last line."""
    return daemon.process.wait(60), daemon.said().rstrip().splitlines()[-1]


def test_the_network_is_not_listened_to_without_anybody_who_may_come(start: Start, folder: Path) -> None:
    code, said = end_of(start(OODAEMON_LISTEN_TCP="0.0.0.0:0"))
    assert code == 78
    assert "tls_cert and tls_key not set" in said
    code, said = end_of(start(OODAEMON_LISTEN_TCP="0.0.0.0:0", **certificate(folder)))
    assert code == 78
    assert "0.0.0.0:0 is reachable from other machines and there is no token that is good" in said
    assert "ooctl token create" in said


def test_a_key_that_others_may_read_is_refused(start: Start, folder: Path) -> None:
    given = certificate(folder)
    Path(given["OODAEMON_TLS_KEY"]).chmod(0o644)
    code, said = end_of(start(OODAEMON_LISTEN_TCP="127.0.0.1:0", **given))
    assert code == 78
    assert "may be read by others" in said


def test_a_socket_folder_that_others_may_write_is_not_used(start: Start, folder: Path) -> None:
    shared = folder / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    daemon = start(OODAEMON_LISTEN=f"unix:{shared}/d.sock")
    wait_for(lambda: "others may write in" in daemon.said(), daemon.said)
    assert not (shared / "d.sock").exists()
    assert daemon.end(signal.SIGTERM) == 0


def test_a_client_comes_in_with_the_token_it_was_given(start: Start, folder: Path) -> None:
    given = certificate(folder)
    first = start()
    first.wait_up()
    made = first.ctl("token", "create", "laptop", "--scope", "read")
    assert made.returncode == 0, made.stderr
    text = made.stdout.strip()
    assert first.end(signal.SIGTERM) == 0
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    daemon = start(OODAEMON_LISTEN_TCP=f"127.0.0.1:{port}", **given)
    daemon.wait_up()
    wait_for(lambda: "actor=remote state=UP" in daemon.said(), daemon.said)
    file = folder / "laptop.token"
    file.write_text(text)
    file.chmod(0o600)
    listed = json.loads(daemon.ctl("token", "list", "-o", "json").stdout)
    assert [each["name"] for each in listed] == ["laptop"]
    inner = daemon.state_dir / "oodaemon.sock.tls"
    assert stat.S_IMODE(inner.stat().st_mode) == 0o600
    added = daemon.ctl(
        *("context", "add", "it", "--address", f"127.0.0.1:{port}", "--ca", given["OOCTL_CA"], "--token-file", str(file)),
        environ={"OOCTL_CONFIG": str(folder / "ooctl.toml")},
    )
    assert added.returncode == 0, added.stderr
    told = daemon.ctl("--context", "it", "status", "-o", "json", environ={"OOCTL_CONFIG": str(folder / "ooctl.toml")}, target="")
    assert told.returncode == 0, told.stderr
    assert text not in daemon.said()
    assert daemon.end(signal.SIGTERM) == 0
    assert not inner.exists()
    log = (folder / "s" / "oodaemon.db").read_bytes()
    assert text.encode() not in log


def test_what_needs_a_person_is_told_once_over_kills(start: Start) -> None:
    """No account is set, and the disk is nearly full by its setting: told while the receiver is down, found after a kill."""
    given = {"OODAEMON_NOTIFY_SECRET": "whispered", "OODAEMON_MIN_FREE_MIB": str(2**40)}
    with receiving(Receiver(codes=[503])) as receiver:
        first = start(**given, OODAEMON_NOTIFY_URL=receiver.url)
        first.wait_up()
        wait_for(lambda: len(receiver.got) >= 1, first.said)
        first.end(signal.SIGKILL)
        last = start(**given, OODAEMON_NOTIFY_URL=receiver.url)
        last.wait_up()
        wait_for(lambda: {"AuthRequired", "DiskLow"} <= {json.loads(got.body)["condition"] for got in receiver.got[1:]}, last.said)
        assert last.end(signal.SIGTERM) == 0
    told = [(json.loads(got.body)["topic"], json.loads(got.body)["condition"]) for got in receiver.got[1:]]
    ids = [got.headers["x-oodaemon-id"] for got in receiver.got[1:]]
    assert len(ids) - len(set(ids)) <= 1, "a kill repeats one at most"
    assert set(told) == {("attention", "AuthRequired"), ("attention", "DiskLow")}
    assert "whispered" not in first.said() + last.said()
