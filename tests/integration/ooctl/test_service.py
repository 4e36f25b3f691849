"""`ooctl service` with service managers that write down what they are asked, and the unit before systemd's own judge."""

from __future__ import annotations

import os
import plistlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ooctl.__main__ import main
from ooctl.exits import ClientError, ExitStatus
from ooctl.service import units
from ooctl.service.host import Order, runner
from ooctl.service.launchd import Launchd
from tests.integration.ooctl.conftest import ROOT, Done

MANAGER = """\
#!{python}
import os, sys
folder = os.path.dirname(os.path.abspath(__file__))
name, words = os.path.basename(__file__), sys.argv[1:]
with open(os.path.join(folder, "asked"), "a") as log:
    log.write(" ".join([name, *words]) + "\\n")
answers = os.path.join(folder, "answers")
for line in open(answers) if os.path.exists(answers) else ():
    begin, code, out, err = line.rstrip("\\n").split("|")
    if " ".join([name, *words]).startswith(begin):
        sys.stdout.write(out.replace("\\\\n", "\\n"))
        sys.stderr.write(err)
        sys.exit(int(code))
"""


class Managers:
    """The programs of service managers in a folder of their own; each says yes to everything unless told otherwise."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        for name in ("systemctl", "loginctl", "journalctl", "launchctl", "tail"):
            (folder / name).write_text(MANAGER.format(python=sys.executable))
            (folder / name).chmod(0o755)

    def answer(self, begin: str, code: int = 0, out: str = "", err: str = "") -> None:
        with (self.folder / "answers").open("a") as file:
            file.write(f"{begin}|{code}|{out}|{err}\n")

    def asked(self) -> list[str]:
        file = self.folder / "asked"
        found = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return found


@pytest.fixture
def managers(tmp_path) -> Managers:
    return Managers(tmp_path / "bin")


@pytest.fixture
def env(tmp_path, managers) -> dict[str, str]:
    return {
        "PATH": f"{managers.folder}",
        "HOME": str(tmp_path / "home dir"),
        "PYTHONPATH": str(ROOT),
        "OODAEMON_STATE_DIR": str(tmp_path / "state of 100%"),
        "OO_PASSWORD": "s3cret-vogel",
    }


@pytest.fixture
def ooctl(env, capsys):
    def run(*args: str) -> Done:
        status = main(args, env)
        shown = capsys.readouterr()
        return Done(status, shown.out, shown.err)

    return run


@pytest.fixture
def unit(env) -> Path:
    return Path(env["HOME"]) / ".config" / "systemd" / "user" / "oodaemon.service"


def verified(text: str, folder: Path) -> str:
    """What systemd objects to; an empty text is no objection. It ends with 0 even for lines that it does not know."""
    folder.mkdir()
    (folder / "oodaemon.service").write_text(text)
    judge = shutil.which("systemd-analyze")
    if judge is None:
        print("systemd-analyze was not found; .ci/units installs it where it can")
        return ""
    command = [judge, "verify", "--user", str(folder / "oodaemon.service")]
    said = subprocess.run(command, env={**os.environ, "XDG_RUNTIME_DIR": str(folder)}, capture_output=True, text=True, check=False)
    return said.stdout + said.stderr + ("" if said.returncode == 0 else f"exit code {said.returncode}")


def test_the_unit_verifies_and_has_what_was_promised(ooctl, tmp_path):
    text = ooctl("service", "install", "--print").out
    assert verified(text, tmp_path / "verify") == ""
    for line in (
        *("Type=notify", "WatchdogSec=60", "Restart=on-failure", "KillMode=mixed", "NoNewPrivileges=yes", "LimitCORE=0"),
        *("RestartPreventExitStatus=75 78", "UMask=0077", "WantedBy=default.target"),
    ):
        assert line in text.splitlines()
    assert "@" not in text
    assert "vogel" not in text
    assert 'state of 100%%"' in text


def test_the_judge_would_notice():
    if shutil.which("systemd-analyze") is None:
        return
    from tests.support.process import short_folder

    with short_folder() as folder:
        wrong = units.systemd_unit(["/bin/true"], {}).replace("WatchdogSec", "WatchdogSecs")
        assert "WatchdogSecs" in verified(wrong, folder / "a")
        assert verified(units.systemd_unit(["/nowhere/oodaemon"], {}), folder / "b") != ""


@pytest.mark.parametrize("word", ["a b", "per%cent", "dol$lar", "${HOME}", "%h", "$$", "ä✓", "a=b;c#d"])
def test_any_path_survives_the_unit(tmp_path, word):
    program = tmp_path / word / "oodaemon"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    text = units.systemd_unit([str(program), "run"], {"OODAEMON_STATE_DIR": word})
    assert verified(text, tmp_path / "verify") == "", "systemd finds the program at this path"
    (line,) = [line for line in text.splitlines() if line.startswith("Environment=")]
    assert line.count("\n") == 0


@pytest.mark.parametrize("word", ['q"uote', "it's", "back\\slash", "tab\there"])
def test_a_path_that_systemd_cannot_start_is_refused_in_a_sentence(tmp_path, word):
    with pytest.raises(ClientError, match="systemd starts no program whose path has quotes"):
        units.systemd_unit([str(tmp_path / word / "oodaemon"), "run"], {})


def test_install_writes_enables_and_starts(ooctl, managers, unit):
    managers.answer("loginctl show-user", out="no\\n")
    done = ooctl("service", "install")
    assert done.status is ExitStatus.OK, done.err
    asked = managers.asked()
    assert [line.split(" --property")[0] for line in asked if "show-user" not in line] == [
        "systemctl --user is-system-running",
        "systemctl --user daemon-reload",
        "systemctl --user enable oodaemon.service",
        "systemctl --user restart oodaemon.service",
    ]
    assert "ExecStart=" in unit.read_text()
    assert "loginctl enable-linger" in done.err
    assert "ooctl login" in done.err, "the password was in the environment and is not in the unit"
    assert "vogel" not in unit.read_text() + done.err + done.out

    assert ooctl("service", "install", "--linger").status is ExitStatus.OK
    asked = managers.asked()
    assert "systemctl --user start oodaemon.service" in asked, "an unchanged unit does not interrupt the daemon"
    assert "loginctl enable-linger" in asked

    assert ooctl("service", "uninstall").status is ExitStatus.OK
    assert not unit.exists()
    assert "systemctl --user disable --now oodaemon.service" in managers.asked()
    assert "nothing was installed" in ooctl("service", "uninstall").err


def test_no_secret_is_in_the_unit_and_it_is_said_where_it_belongs(ooctl, env, unit):
    env |= {"OODAEMON_NOTIFY_URL": "https://hooks.example/s3cret-path", "OODAEMON_NOTIFY_SECRET": "s3cret-signature"}
    done = ooctl("service", "install")
    assert done.status is ExitStatus.OK, done.err
    assert "s3cret" not in unit.read_text() + done.out + done.err
    told = [line for line in done.err.splitlines() if "not put into the unit" in line]
    assert [line.partition(" w")[0] for line in told] == ["OO_PASSWORD", "OODAEMON_NOTIFY_URL and OODAEMON_NOTIFY_SECRET"]
    assert "config.toml" in told[1]


def test_settings_that_are_right_only_with_a_secret_of_the_shell_are_not_installed(ooctl, env, unit, tmp_path):
    (tmp_path / "config.toml").write_text('notify_url = "https://hooks.example/x"\n')
    env |= {"OODAEMON_CONFIG": str(tmp_path / "config.toml"), "OODAEMON_NOTIFY_SECRET": "s3cret-signature"}
    done = ooctl("service", "install")
    assert done.status is ExitStatus.FAILED
    assert "notify_secret is not set" in done.err
    assert "OODAEMON_NOTIFY_SECRET was not put into the unit" in done.err
    assert not unit.exists()


def test_the_unit_is_for_this_user_alone(ooctl, unit):
    before = os.umask(0o022)
    try:
        assert ooctl("service", "install").status is ExitStatus.OK
    finally:
        os.umask(before)
    assert unit.stat().st_mode & 0o777 == 0o600
    unit.chmod(0o644)
    assert "as it should be" in ooctl("service", "install").err
    assert unit.stat().st_mode & 0o777 == 0o600, "one of an earlier version"


def test_without_start_nothing_is_started(ooctl, managers):
    assert ooctl("service", "install", "--no-start", "--practice").status is ExitStatus.OK
    assert not [line for line in managers.asked() if "start oodaemon" in line]


def test_settings_that_are_wrong_are_said_before_anything_is_written(ooctl, managers, env, unit):
    env["OODAEMON_BROWSERS"] = "99"
    done = ooctl("service", "install")
    assert done.status is ExitStatus.FAILED
    assert "OODAEMON_BROWSERS" in done.err
    assert not unit.exists()
    assert managers.asked() == []


def test_no_systemd_of_this_user_is_a_sentence(ooctl, managers, unit):
    managers.answer("systemctl", 1, err="Failed to connect to bus: No medium found")
    for command in ("install", "status"):
        done = ooctl("service", command)
        assert done.status is ExitStatus.FAILED
        assert done.err.startswith("error: no systemd of this user answers")
        assert "XDG_RUNTIME_DIR" in done.err
    assert not unit.exists()


def test_no_service_manager_at_all_is_a_sentence(ooctl, managers):
    (managers.folder / "systemctl").unlink()
    done = ooctl("service", "status")
    assert done.status is ExitStatus.FAILED
    assert done.err.splitlines()[0] == "error: this machine has no systemctl"


@pytest.mark.parametrize("command", ["start", "stop"])
def test_what_is_not_installed_is_neither_started_nor_stopped(ooctl, managers, command):
    done = ooctl("service", command)
    assert done.status is ExitStatus.NOT_FOUND
    assert "ooctl service install" in done.err
    assert managers.asked() == []


def test_start_and_stop(ooctl, managers, unit):
    unit.parent.mkdir(parents=True)
    unit.touch()
    assert ooctl("service", "start").status is ExitStatus.OK
    assert ooctl("service", "stop").status is ExitStatus.OK
    assert managers.asked() == ["systemctl --user start oodaemon.service", "systemctl --user stop oodaemon.service"]
    managers.answer("systemctl --user start", 1, err="Job for oodaemon.service failed.")
    done = ooctl("service", "start")
    assert done.status is ExitStatus.FAILED
    assert "Job for oodaemon.service failed." in done.err


SHOWN = (
    "LoadState=loaded\\nActiveState={}\\nSubState={}\\nUnitFileState=enabled\\nMainPID={}\\nResult={}\\n"
    "ExecMainStatus={}\\nNRestarts=2\\n"
)


def test_status_of_one_that_runs(ooctl, managers, unit):
    unit.parent.mkdir(parents=True)
    unit.touch()
    managers.answer("systemctl --user show", out=SHOWN.format("active", "running", 4711, "success", 0) + "StatusText=boot 3\\n")
    managers.answer("loginctl", out="yes\\n")
    done = ooctl("service", "status", "-o", "json")
    assert done.status is ExitStatus.OK
    assert done.json["pid"] == 4711
    assert (done.json["is_active"], done.json["is_enabled"], done.json["survives_logout"]) == (True, True, True)
    assert (done.json["said"], done.json["restarts"], done.json["notes"]) == ("boot 3", 2, [])
    assert "pid         4711" in ooctl("service", "status").out


def test_status_of_one_that_failed_says_why(ooctl, managers):
    managers.answer("systemctl --user show", out=SHOWN.format("failed", "failed", 0, "exit-code", 78))
    done = ooctl("service", "status")
    assert done.status is ExitStatus.FAILED
    assert "exit code 78: a setting is wrong; `oodaemon config check` says which" in done.out


def test_logs_are_those_of_the_unit(env, managers):
    managers.answer("journalctl", out="line one\\nline two\\n")
    command = [sys.executable, "-m", "ooctl", "service", "logs", "-n", "5", "-f"]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (0, "line one\nline two\n")
    assert managers.asked() == ["journalctl --user --unit=oodaemon.service --lines=5 --no-pager --output=cat --follow"]


class TestLaunchd:
    """The other manager, by its own programs; it runs on any machine as long as nobody asks for the real one."""

    @pytest.fixture
    def agent(self, env) -> Launchd:
        return Launchd(runner(env), env)

    def test_the_agent_is_a_property_list_with_what_was_promised(self, agent, env):
        order = Order(["/opt/o o/oodaemon", "run"], units.environment(env))
        told = plistlib.loads(agent.render(order).encode())
        assert told["ProgramArguments"] == ["/opt/o o/oodaemon", "run"]
        assert told["KeepAlive"] == {"SuccessfulExit": False}
        assert told["RunAtLoad"] is True
        assert told["EnvironmentVariables"] == {"OODAEMON_WATCHDOG_EXIT": "true", "OODAEMON_STATE_DIR": env["OODAEMON_STATE_DIR"]}
        assert told["ExitTimeOut"] == 60
        assert told["Umask"] == 0o77
        assert told["StandardErrorPath"].startswith(env["HOME"])
        assert not [value for value in str(told).split() if "vogel" in value]

    def test_its_life(self, agent, managers):
        target = f"gui/{os.getuid()}/{units.LABEL}"
        managers.answer("launchctl print", 113)
        agent.install(Order(["/bin/true"]), is_started=True)
        assert plistlib.loads(agent.path.read_bytes())["Label"] == units.LABEL
        assert agent.log.parent.is_dir()
        assert managers.asked() == [
            f"launchctl print {target}",
            f"launchctl print {target}",
            f"launchctl bootstrap gui/{os.getuid()} {agent.path}",
            f"launchctl kickstart {target}",
        ]
        (managers.folder / "answers").write_text("launchctl print|0|  state = running\\n  pid = 4711\\n|\n")
        standing = agent.standing()
        assert (standing.is_active, standing.pid, standing.state) == (True, 4711, "running")
        managers.asked()
        agent.stop()
        assert managers.asked()[-1] == f"launchctl kill SIGTERM {target}"
        agent.uninstall()
        assert managers.asked()[-1] == f"launchctl bootout {target}"
        assert not agent.path.exists()
        assert list(agent.logs(7, is_followed=True)) == ["tail", "-n", "7", "-F", str(agent.log)]
