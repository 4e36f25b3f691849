import socket

import pytest

from ooctl.address import find_daemon, parse_address
from ooctl.exits import ClientError, ExitStatus


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("unix:/run/x.sock", "unix:/run/x.sock"),
        ("unix:///run/x.sock", "unix:/run/x.sock"),
        ("/run/x.sock", "unix:/run/x.sock"),
        (" /run/x.sock ", "unix:/run/x.sock"),
        ("127.0.0.1:50051", "127.0.0.1:50051"),
        ("my-host.example:1", "my-host.example:1"),
        ("[::1]:50051", "[::1]:50051"),
    ],
)
def test_every_form_of_an_address_is_read(text, target):
    assert str(parse_address(text)) == target


def test_a_relative_socket_is_made_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert str(parse_address("unix:x.sock")) == f"unix:{tmp_path}/x.sock"


@pytest.mark.parametrize(
    "text",
    [
        *("", "nonsense", "host", "host:", ":50051", "host:0", "host:65536", "host:port", "host:-1"),
        *("http://host:1", "a b:1", "unix:", "/folder/", "/" + "x" * 200, "::1:50051"),
    ],
)
def test_anything_else_is_a_usage_error_that_names_its_source(text):
    with pytest.raises(ClientError) as caught:
        parse_address(text, source="OOCTL_DAEMON")

    assert caught.value.status is ExitStatus.USAGE
    assert caught.value.sentence.startswith("OOCTL_DAEMON: ")
    assert "127.0.0.1:50051" in caught.value.hint


def test_the_option_wins_over_every_variable():
    env = {"OOCTL_DAEMON": "/a", "OODAEMON_LISTEN": "/b", "OODAEMON_STATE_DIR": "/c", "XDG_RUNTIME_DIR": "/d"}

    assert str(find_daemon("/o", env)) == "unix:/o"


def test_a_context_stands_between_the_option_and_the_variables(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text('current = "home"\n[contexts.home]\ndaemon = "/h"\n[contexts.office]\ndaemon = "10.0.0.1:1"\n')
    env = {
        "OOCTL_CONFIG": str(file),
        "OOCTL_DAEMON": "/a",
        "OOCTL_CONTEXT": "office",
        "OODAEMON_LISTEN": "/b",
        "XDG_RUNTIME_DIR": "/d",
    }

    assert str(find_daemon("/o", env, context="office")) == "unix:/o"
    assert str(find_daemon(None, env, context="home")) == "unix:/h"
    found = [str(find_daemon(None, env))]
    for name in ("OOCTL_DAEMON", "OOCTL_CONTEXT", "OODAEMON_LISTEN"):
        del env[name]
        found.append(str(find_daemon(None, env)))
    assert found == ["unix:/a", "10.0.0.1:1", "unix:/b", "unix:/h"]
    file.write_text('[contexts.home]\ndaemon = "/h"\n')
    assert str(find_daemon(None, env)) == "unix:/d/oodaemon.sock"


@pytest.mark.parametrize(("context", "env"), [("offise", {}), (None, {"OOCTL_CONTEXT": "offise"})])
def test_a_context_there_is_none_of_is_a_usage_error_with_the_near_one(tmp_path, context, env):
    file = tmp_path / "config.toml"
    file.write_text('[contexts.office]\ndaemon = "10.0.0.1:1"\n')

    with pytest.raises(ClientError) as caught:
        find_daemon(None, {"OOCTL_CONFIG": str(file), **env}, context=context)

    assert caught.value.status is ExitStatus.USAGE
    assert 'did you mean "office"?' in caught.value.sentence


def test_an_address_of_a_context_that_is_none_names_the_file(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text('current = "home"\n[contexts.home]\ndaemon = "nonsense"\n')

    with pytest.raises(ClientError) as caught:
        find_daemon(None, {"OOCTL_CONFIG": str(file)})

    assert caught.value.sentence.startswith(f'context "home" in {file}: "nonsense" is no address')


def test_each_variable_gives_way_to_the_one_before_it():
    env = {"OOCTL_DAEMON": "/a", "OODAEMON_LISTEN": "/b", "OODAEMON_STATE_DIR": "/c", "XDG_RUNTIME_DIR": "/d"}
    found = []
    for name in list(env):
        found.append(str(find_daemon(None, env)))
        del env[name]

    assert found == ["unix:/a", "unix:/b", "unix:/c/oodaemon.sock", "unix:/d/oodaemon.sock"]


def test_an_empty_variable_counts_as_not_set():
    env = {"OOCTL_DAEMON": "", "OODAEMON_LISTEN": "", "OODAEMON_STATE_DIR": "", "XDG_RUNTIME_DIR": "/d"}

    assert str(find_daemon(None, env)) == "unix:/d/oodaemon.sock"


def test_an_empty_option_is_not_taken_for_a_missing_one():
    with pytest.raises(ClientError):
        find_daemon("", {"OOCTL_DAEMON": "/a"})


def test_a_malformed_variable_is_named():
    with pytest.raises(ClientError, match="OODAEMON_LISTEN"):
        find_daemon(None, {"OODAEMON_LISTEN": "nonsense"})


@pytest.fixture
def state_socket(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "s"))
    monkeypatch.setenv("HOME", str(tmp_path))
    import platformdirs

    path = tmp_path / platformdirs.user_state_path("oodaemon") / "oodaemon.sock"
    path.parent.mkdir(parents=True)
    return path


def test_without_a_runtime_folder_the_state_folder_is_used(state_socket):
    assert str(find_daemon(None, {})) == f"unix:{state_socket}"


def test_the_socket_that_exists_is_preferred(state_socket, tmp_path):
    runtime = tmp_path / "r"
    runtime.mkdir()
    env = {"XDG_RUNTIME_DIR": str(runtime)}
    nothing_exists = str(find_daemon(None, env))
    with socket.socket(socket.AF_UNIX) as in_state, socket.socket(socket.AF_UNIX) as in_runtime:
        in_state.bind(str(state_socket))
        only_state = str(find_daemon(None, env))
        in_runtime.bind(str(runtime / "oodaemon.sock"))
        both = str(find_daemon(None, env))

    assert nothing_exists == both == f"unix:{runtime}/oodaemon.sock"
    assert only_state == f"unix:{state_socket}"


def test_an_address_that_nobody_named_says_so(state_socket):
    assert find_daemon(None, {}).is_default
    assert not find_daemon(None, {"OODAEMON_STATE_DIR": str(state_socket.parent)}).is_default
    assert not find_daemon(str(state_socket), {}).is_default
