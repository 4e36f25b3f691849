"""`ooctl dashboard`: what Grafana and Prometheus need to show a daemon."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import ooctl
from ooctl import cli as click
from ooctl.commands.options import common_options, folder_option
from ooctl.exits import ClientError, ExitStatus
from ooctl.session import Session

PACKAGE: Final = Path(ooctl.__file__).parent
PLACES: Final = (PACKAGE / "grafana", PACKAGE.parent / "grafana")
"""Where the files are: in an installed package, and in a checkout."""


@click.group()
@common_options
def dashboard() -> None:
    """Dashboards, provisioning and alert rules for Grafana and Prometheus: `export`.

    \b
    Example:
      ooctl dashboard export --dir grafana
    """


@dashboard.command()
@folder_option
@click.option("--overwrite", is_flag=True, help="Replace files that exist.")
@common_options
@click.pass_obj
def export(session: Session, *, folder: Path, overwrite: bool) -> None:
    """Write the dashboards, their provisioning, the settings of Prometheus and the rules; the names of the files are printed.

    \b
    Examples:
      ooctl dashboard export --dir ~/grafana
      ooctl dashboard export --dir ~/grafana --overwrite
    """
    place = next((each for each in PLACES if each.is_dir()), None)
    if place is None:
        raise ClientError("this installation has no dashboards", ExitStatus.NOT_FOUND, hint="install the wheel of oo-automator")
    names = list(_files(place))
    taken = [name for name in names if (folder / name).exists()]
    if taken and not overwrite:
        raise ClientError(f"{folder / taken[0]} exists already", ExitStatus.CONFLICT, hint="--overwrite replaces what is there")
    try:
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(place / name, folder / name)
    except OSError as error:
        raise ClientError(f"{folder} cannot be written to: {error.strerror}", ExitStatus.FAILED) from error
    for name in names:
        session.output.line(str(folder / name))


def _files(place: Path) -> Iterator[Path]:
    """Everything but programs, which make the files and are not needed to use them."""
    for path in sorted(place.rglob("*")):
        if path.is_file() and path.suffix not in (".py", ".pyc") and not path.name.startswith("."):
            yield path.relative_to(place)
