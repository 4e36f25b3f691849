"""Completion as the shells ask for it: with variables in the environment of ooctl, and in a real bash."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.ways.conftest import Site
from tests.support.process import wait_for

ROOT = Path(__file__).parents[3]


def complete(shell: str, line: str, daemon: str, tmp_path: Path) -> list[str]:
    """The lines that ooctl answers when the cursor stands at the end of a command line."""
    words = line.split(" ")
    env = {**os.environ, "OOCTL_DAEMON": daemon, "XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    env |= {"_OOCTL_COMPLETE": f"{shell}_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    if shell == "fish":
        env["COMP_CWORD"] = words[-1]
    done = subprocess.run([sys.executable, "-m", "ooctl"], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_commands_and_options(site: Site, tmp_path: Path, shell: str) -> None:
    target = site.service.target
    assert any("results" in line for line in complete(shell, "ooctl res", target, tmp_path))
    assert any("--limit" in line for line in complete(shell, "ooctl list --li", target, tmp_path))
    assert any("yaml" in line for line in complete(shell, "ooctl list -o y", target, tmp_path))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_runs_tests_and_parameters_of_the_daemon(site: Site, tmp_path: Path, shell: str) -> None:
    wanted = {
        f"ooctl results {site.grid[:4]}": site.grid,
        "ooctl submit --test iro": "Iron condor",
        "ooctl submit -p profit": "profit_target=",
        "ooctl submit -p delta.ap": "delta.apply_to=",
        "ooctl parameters del": "delta",
    }
    for line, word in wanted.items():
        pressed_again(lambda line=line, word=word: word in "".join(complete(shell, line, site.service.target, tmp_path)), line)


@pytest.mark.parametrize("command", ["status", "explain", "wait", "compare", "trades", "montecarlo", "logs --run"])
def test_every_command_about_runs_completes_them(site: Site, tmp_path: Path, command: str) -> None:
    line = f"ooctl {command} {site.grid[:4]}"
    pressed_again(lambda: site.grid in "".join(complete("bash", line, site.service.target, tmp_path)), line)


def test_the_test_of_a_command_about_tests_is_completed(site: Site, tmp_path: Path) -> None:
    line = "ooctl tests show iro"
    pressed_again(lambda: "Iron condor" in "".join(complete("bash", line, site.service.target, tmp_path)), line)


def pressed_again(is_there: Callable[[], bool], line: str) -> None:
    """A busy machine may be too slow for the deadline of a completion; then people press Tab again."""
    wait_for(is_there, lambda: f"nothing fits {line}")


def test_a_run_that_stands_there_already_is_not_offered_again(site: Site, tmp_path: Path) -> None:
    offered = complete("bash", f"ooctl pause {site.grid} ", site.service.target, tmp_path)
    assert not any(site.grid in line for line in offered)


@pytest.mark.parametrize(
    "line", ["ooctl results 0", "ooctl submit --test i", "ooctl submit -p d", "ooctl --context nowhere status "]
)
def test_nothing_is_said_without_a_daemon(tmp_path: Path, line: str) -> None:
    assert [each for each in complete("bash", line, "/nonexistent/d.sock", tmp_path) if each] == []


def test_a_daemon_that_does_not_answer_is_not_waited_for(tmp_path: Path) -> None:
    """The connection is taken and nothing comes: the answer is empty well before any deadline of a command."""
    path = Path("/tmp") / f"ooc-{os.getpid()}.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        try:
            began = time.monotonic()
            assert [line for line in complete("bash", "ooctl results 0", str(path), tmp_path) if line] == []
            assert time.monotonic() - began < 8, "a command would have waited for ten seconds"
        finally:
            path.unlink()


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_in_a_real_bash(site: Site, tmp_path: Path) -> None:
    """A name with blanks is quoted, and no blank follows `=`."""
    program = tmp_path / "ooctl"
    program.write_text(f'#!/bin/sh\ncd {ROOT} && exec {sys.executable} -m ooctl "$@"\n')
    program.chmod(0o755)
    script = f"""
source <({program} completion bash)
compopt() {{ :; }}
try() {{
    COMPREPLY=() COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _ooctl_completion {program}
    printf '%s\\n' "${{COMPREPLY[@]}}"
}}
try ooctl submit --test iro
try ooctl submit -p profit_t
complete -p ooctl
"""
    env = {**os.environ, "OOCTL_DAEMON": site.service.target, "XDG_STATE_HOME": str(tmp_path)}
    wanted = ["Iron\\ condor", "profit_target=", "complete -o nosort -F _ooctl_completion ooctl"]

    def is_right() -> bool:
        done = subprocess.run(["bash", "-c", script], env=env, capture_output=True, text=True, check=True)
        return done.stdout.splitlines() == wanted

    pressed_again(is_right, script)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_is_one_that_its_shell_reads(tmp_path: Path, shell: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ooctl", "completion", shell], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "_OOCTL_COMPLETE" in done.stdout
    if shutil.which(shell) is None:
        return
    path = tmp_path / f"script.{shell}"
    path.write_text(done.stdout)
    assert subprocess.run([shell, "-n", str(path)], capture_output=True, text=True, check=False).stderr == ""
