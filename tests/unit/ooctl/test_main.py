import subprocess
import sys

import pytest

from ooctl import __version__
from ooctl.__main__ import main
from ooctl.exits import ExitStatus

HERE = {"OOCTL_DAEMON": "unix:/nonexistent/oodaemon.sock"}
COMMANDS = (
    *("run", "submit", "watch", "status", "list", "results", "tasks", "pause", "resume", "cancel"),
    *("tests", "parameters", "drain"),
)


def test_the_version(capsys):
    assert main(["--version"], HERE) is ExitStatus.OK
    assert capsys.readouterr().out == f"ooctl {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example_and_knows_the_daemon_option(command, capsys):
    assert main([command, "--help"], HERE) is ExitStatus.OK
    shown = capsys.readouterr().out

    assert f"ooctl {command}" in shown.split("Example", 1)[1]
    assert "--daemon" in shown
    assert "--debug" in shown


def test_the_help_names_every_command_and_the_exit_codes(capsys):
    assert main(["--help"], HERE) is ExitStatus.OK
    shown = capsys.readouterr().out

    assert all(f"\n  {command} " in shown for command in COMMANDS)
    assert "130 Ctrl-C" in shown


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["lst"], "Did you mean 'list'?"),
        (["list", "--foo"], "No such option '--foo'.\n"),
        (["list", "-o", "jsn"], "Did you mean 'json'?"),
        (["list", "--limt", "3"], "Did you mean '--limit'?"),
        (["watch", "R", "-o", "csv"], "'csv' is not one of"),
        (["watch", "R", "--timeout", "0"], "--timeout"),
        (["watch"], "RUN"),
        (["submit", "-p", "delta=5"], "--test"),
        (["submit", "--test", "1"], "no parameter to sweep"),
        (["submit", "--test", "1", "-p", "a=1", "--budget", "4"], "--budget needs --search"),
        (["plan", "-p", "delta=5"], "no test was given"),
        (["--daemon", "nonsense", "list"], "is no address of a daemon"),
        (["list", "--daemon", "nonsense"], "is no address of a daemon"),
        (["pause"], "RUN"),
    ],
)
def test_a_usage_error_is_a_sentence_with_a_hint_and_code_2(args, sentence, capsys):
    assert main(args, HERE) is ExitStatus.USAGE
    shown = capsys.readouterr()

    assert shown.out == ""
    assert shown.err.startswith("error: ")
    assert sentence in shown.err
    assert "hint: " in shown.err


def test_no_command_at_all_is_a_usage_error_that_shows_the_help(capsys):
    assert main([], HERE) is ExitStatus.USAGE
    shown = capsys.readouterr()

    assert shown.out == ""
    assert "submit" in shown.err


def test_a_defect_is_a_sentence_and_the_traceback_is_for_debugging(capsys, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("ooctl.session.find_daemon", broken)
    assert main(["list"], HERE) is ExitStatus.FAILED
    plain = capsys.readouterr().err
    assert main(["list", "--debug"], HERE) is ExitStatus.FAILED
    debug = capsys.readouterr().err

    assert plain.splitlines()[0] == "error: ZeroDivisionError: by nothing"
    assert "Traceback" not in plain
    assert "debug: Traceback" in debug


@pytest.mark.parametrize("args", [["--version"], ["--help"], ["submit", "--help"], ["submit", "--test", "1"]])
def test_help_does_not_pay_for_grpc(args):
    code = (
        "import sys; from ooctl.__main__ import main; main(sys.argv[1:], {});"
        "sys.exit(sum(name in sys.modules for name in ('grpc', 'google.protobuf', 'oodaemon.api.v1.runs_pb2')))"
    )
    done = subprocess.run([sys.executable, "-c", code, *args], capture_output=True, check=False)

    assert done.returncode == 0


def test_a_command_ends_whatever_a_library_holds_on_to():
    code = (
        "import sys, threading; from ooctl.__main__ import entry;"
        "threading.Thread(target=threading.Event().wait).start(); sys.argv = ['ooctl', *sys.argv[1:]]; entry()"
    )
    for args, status in ((["--help"], ExitStatus.OK), (["nonsense"], ExitStatus.USAGE)):
        done = subprocess.run([sys.executable, "-c", code, *args], capture_output=True, check=False, timeout=60)
        assert done.returncode == status
        assert b"ooctl" in done.stdout + done.stderr, "nothing of what it said is lost"
