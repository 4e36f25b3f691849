"""Where the service listens, and that nothing of anybody else is taken away for it."""

import socket
from pathlib import Path

import pytest

from oodaemon.errors import ConfigurationError
from oodaemon.rpc.address import Address, held, is_loopback, parse, parse_tcp


def problem(text: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        parse(text)
    (line,) = caught.value.problems
    return line


@pytest.mark.parametrize("text", ["unix:/run/user/7/oo.sock", "/run/user/7/oo.sock"])
def test_a_socket_is_named_by_its_path(text: str) -> None:
    assert parse(text) == Address(path=Path("/run/user/7/oo.sock"))
    assert str(parse(text)) == "unix:/run/user/7/oo.sock"


def test_a_path_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert parse("unix:oo.sock").path == tmp_path / "oo.sock"
    assert parse("unix:~/oo.sock").path == tmp_path / "home" / "oo.sock"


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("127.0.0.1:50051", "127.0.0.1", 50051),
        ("localhost:0", "localhost", 0),
        ("0.0.0.0:5", "0.0.0.0", 5),
        ("[::1]:65535", "[::1]", 65535),
    ],
)
def test_an_address_of_the_network_is_taken(text: str, host: str, port: int) -> None:
    assert parse_tcp(text) == Address(host=host, port=port)
    assert str(parse_tcp(text)) == text


@pytest.mark.parametrize(
    "text", ["", "somewhere", "127.0.0.1", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:65536", "127.0.0.1:-1", ":1", "127.0.0.1:²"]
)
def test_what_is_no_address_of_the_network_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_tcp(text)
    assert caught.value.problems == (f"listen_tcp: {text!r} is no HOST:PORT, such as 0.0.0.0:50051",)


@pytest.mark.parametrize("text", ["", "somewhere", "127.0.0.1:50051", "localhost:1", "0.0.0.0:1", "[::1]:1", "127.0.0.1:²"])
def test_plain_tcp_is_refused_on_loopback_too(text: str) -> None:
    assert (
        problem(text)
        == f"listen: {text!r} is not unix:PATH; for clients over the network set listen_tcp, which asks for TLS and tokens"
    )


def test_a_path_the_kernel_would_not_take_is_refused() -> None:
    longest = "/" + "x" * 106
    assert parse(longest).path == Path(longest)
    assert "is longer than 107 bytes" in problem(longest + "x")
    assert "is longer than 107 bytes" in problem("/" + "é" * 60)


@pytest.mark.parametrize("text", ["unix:", "unix:~no-such-user-of-oo/oo.sock"])
def test_an_address_that_cannot_be_understood_is_one_line(text: str) -> None:
    assert problem(text).startswith("listen: ")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("[::1]", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("localhost.example.com", False),
        ("", False),
    ],
)
def test_loopback_is_told_from_the_rest(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o1777])
def test_a_folder_in_which_others_may_write_is_refused(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(ConfigurationError) as caught, held(Address(path=folder / "oo.sock")):
        pytest.fail("others could put their socket there")
    (line,) = caught.value.problems
    assert f"others may write in {folder}" in line
    assert f"chmod go-w {folder}" in line
    folder.chmod(0o755)
    with held(Address(path=folder / "oo.sock")):
        pass


def leave_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))


def test_the_folder_of_a_socket_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "oo.sock"
    with held(Address(path=path)):
        assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_socket_that_was_left_is_removed_and_so_is_ours(tmp_path: Path) -> None:
    path = tmp_path / "oo.sock"
    leave_socket(path)
    with held(Address(path=path)):
        assert not path.exists()
        leave_socket(path)
    assert not path.exists()


def test_a_second_daemon_is_kept_off_and_the_first_keeps_its_socket(tmp_path: Path) -> None:
    path = tmp_path / "oo.sock"
    with held(Address(path=path)):
        leave_socket(path)
        with pytest.raises(ConfigurationError) as caught, held(Address(path=path)):
            pytest.fail("two hold one socket")
        assert caught.value.problems == (f"listen: another daemon listens at {path}; stop it or set another OODAEMON_LISTEN",)
        assert path.is_socket()
    with held(Address(path=path)):
        pass


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "oo.sock"
    with pytest.raises(ConfigurationError) as caught, held(Address(path=path)):
        pytest.fail("there is no such folder")
    (line,) = caught.value.problems
    assert line.startswith(f"listen: cannot use {path}: ")


def test_a_file_that_is_no_socket_is_not_taken_away(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("mine")
    with pytest.raises(ConfigurationError, match=r"notes\.txt"), held(Address(path=path)):
        pytest.fail("the file is in the way")
    assert path.read_text() == "mine"


def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    path = tmp_path / "folder"
    path.mkdir()
    with pytest.raises(ConfigurationError, match="folder"), held(Address(path=path)):
        pytest.fail("the folder is in the way")
    assert path.is_dir()
