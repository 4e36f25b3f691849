"""What ooctl must not import to start: modules that cost a person time at every prompt. The times are in tests/bench/startup.py."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = """
import os, sys
from ooctl.__main__ import main
status = main(sys.argv[1:], os.environ)
sys.stderr.write("loaded: " + " ".join(sorted(sys.modules)))
"""
WIRE = ("grpc", "google.protobuf", "oodaemon.api.v1.runs_pb2")
FOR_PEOPLE = ("rich", "rich_click", "textual", "questionary", "prompt_toolkit")
FOR_FILES = (
    "yaml",
    "openpyxl",
    "pyarrow",
    "numpy",
    "matplotlib",
    "plotly",
    "plotext",
    "keyring",
    "cryptography",
    "pydantic",
    "trio",
)
NOBODY = "/nonexistent/oodaemon.sock"


def loaded(*args: str, **env: str) -> set[str]:
    """The modules that one invocation has imported at its end."""
    whole = {**os.environ, "OOCTL_DAEMON": NOBODY, **env}
    done = subprocess.run([sys.executable, "-c", CODE, *args], cwd=ROOT, env=whole, capture_output=True, text=True, check=False)
    return set(done.stderr.rpartition("loaded: ")[2].split())


def test_the_version_needs_nothing() -> None:
    found = loaded("--version")
    assert not found & {
        "click",
        "ooctl.cli",
        "ooctl.commands.root",
        "ooctl.session",
        "json",
        "dataclasses",
        *WIRE,
        *FOR_PEOPLE,
        *FOR_FILES,
    }
    assert not [name for name in found if name.startswith("ooctl.commands")]


@pytest.mark.parametrize(
    "args", [("--help",), ("submit", "--help"), ("help", "exit-codes"), ("options",), ("completion", "bash")], ids=" ".join
)
def test_help_needs_no_wire_format(args: tuple[str, ...]) -> None:
    assert not loaded(*args) & {*WIRE, *FOR_PEOPLE, *FOR_FILES}


@pytest.mark.parametrize("words", ["ooctl res", "ooctl tests sh", "ooctl list --li", "ooctl status "])
def test_a_completion_needs_no_wire_format_without_a_daemon(words: str) -> None:
    asked = {"_OOCTL_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
    assert not loaded(**asked) & {*WIRE, *FOR_PEOPLE, *FOR_FILES}


def test_a_name_of_a_command_is_completed_without_importing_a_command() -> None:
    found = loaded(_OOCTL_COMPLETE="bash_complete", COMP_WORDS="ooctl res", COMP_CWORD="1")
    allowed = {"ooctl.commands", "ooctl.commands.root", "ooctl.commands.options"}
    assert {name for name in found if name.startswith("ooctl.commands")} <= allowed


def test_a_list_needs_its_own_part_of_the_wire_format_alone() -> None:
    found = loaded("list")
    assert "grpc" in found
    assert not found & {*FOR_PEOPLE, *FOR_FILES, "grpc_status", "csv"}
    assert {name for name in found if name.startswith("oodaemon.api.v1.") and name.endswith("_grpc")} == {
        "oodaemon.api.v1.runs_pb2_grpc"
    }
    commands = {name for name in found if name.startswith("ooctl.commands.")}
    assert commands <= {f"ooctl.commands.{name}" for name in ("root", "options", "arguments", "runs")}
