"""`ooctl parameters`: what a run can be made of."""

from __future__ import annotations

from difflib import get_close_matches

from ooctl import cli as click
from ooctl.commands.options import common_options, output_option
from ooctl.completion import complete_parameters
from ooctl.exits import ClientError, ExitStatus
from ooctl.records import Record, parameter_record
from ooctl.render.details import parameter_details
from ooctl.render.formats import Format
from ooctl.render.tables import PARAMETERS
from ooctl.session import Session


@click.command()
@click.argument("name", required=False, shell_complete=complete_parameters, help="Name of a parameter.")
@output_option()
@common_options
@click.pass_obj
def parameters(session: Session, *, name: str | None, format_: Format) -> None:
    """Show what can be swept: all parameters, or one with its options.

    \b
    Examples:
      ooctl parameters
      ooctl parameters delta
    """
    with session.connect() as daemon:
        records = [parameter_record(each) for each in daemon.parameters()]
    if name is None:
        session.output.many(PARAMETERS, records, format_)
    else:
        session.output.one(PARAMETERS, _find(records, name), format_, details=parameter_details)


def _find(records: list[Record], name: str) -> Record:
    by_name = {record["name"]: record for record in records}
    if name in by_name:
        return by_name[name]
    near = get_close_matches(name, list(by_name), n=1)
    hint = f"did you mean {near[0]}?" if near else '"ooctl parameters" lists them'
    raise ClientError(f"there is no parameter {name}", ExitStatus.NOT_FOUND, hint=hint)
