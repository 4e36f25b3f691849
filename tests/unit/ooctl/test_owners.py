"""Whose trades the arguments name."""

import subprocess
import sys

import pytest

from ooctl.exits import ClientError, ExitStatus
from ooctl.owners import Owner, owner_of


@pytest.mark.parametrize(
    ("arguments", "owner"),
    [
        (("01J", None, None), Owner(run_id="01J")),
        (("01J", 0, None), Owner(run_id="01J", index=0)),
        (("01J/12", None, None), Owner(run_id="01J", index=12)),
        (("01J/x", None, None), Owner(run_id="01J/x")),
        (("01J/12", 3, None), Owner(run_id="01J/12", index=3)),
        ((None, None, "01K"), Owner(import_id="01K")),
    ],
)
def test_what_is_named(arguments: tuple, owner: Owner) -> None:
    assert owner_of(*arguments) == owner


@pytest.mark.parametrize("arguments", [(None, None, None), ("01J", None, "01K"), ("01J", 1, "01K")])
def test_one_owner_and_no_more(arguments: tuple) -> None:
    with pytest.raises(ClientError, match="name a RUN") as caught:
        owner_of(*arguments)
    assert caught.value.status is ExitStatus.USAGE


def test_one_log_or_many() -> None:
    assert not Owner(run_id="01J").is_one_log
    assert Owner(run_id="01J", index=0).is_one_log
    assert Owner(import_id="01K").is_one_log
    assert (Owner(run_id="01J").hint, Owner(import_id="01K").hint) == (
        '"ooctl list" shows the runs',
        '"ooctl imports" shows the imports',
    )


def test_the_commands_do_without_grpc() -> None:
    code = "import sys, ooctl.commands.trades; sys.exit('grpc' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
