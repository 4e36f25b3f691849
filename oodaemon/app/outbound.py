"""The commands that prepare what leads out of this machine: `oodaemon cert make`, `oodaemon notify test`. Imports late."""

import os
import sys
from pathlib import Path
from typing import Any

import click


@click.group()
def cert() -> None:
    """The certificate of a daemon that is reached over the network."""


@cert.command("make")
@click.option("--name", "names", multiple=True, metavar="HOST", help="Name or address clients will use; can be repeated.")
@click.option("--days", type=click.IntRange(1, 3650), default=825, show_default=True, help="For so long it is valid.")
@click.option("--dir", "folder", type=click.Path(path_type=Path), help="Folder to write into; tls/ beside config.toml by default.")
@click.option("--force", is_flag=True, help="Replace one that is there; clients that trust it need the new one.")
def make(*, names: tuple[str, ...], days: int, folder: Path | None, force: bool) -> None:
    """Make a key and a certificate for listen_tcp, signed by itself, for the names given and those of this machine.

    \b
    Example:  oodaemon cert make --name office.example.net --name 192.168.1.20
    """
    from oodaemon.app import certificate
    from oodaemon.app.outward import FOLDER
    from oodaemon.app.sources import config_file
    from oodaemon.clock import utc_now

    usual = config_file(os.environ).absolute().parent / FOLDER
    chosen = usual if folder is None else folder.expanduser().absolute()
    made = certificate.make(chosen, names, days=days, now=utc_now(), force=force)
    click.echo(f"certificate  {made.cert}")
    click.echo(f"key          {made.key}  (for this user alone; it never leaves this machine)")
    click.echo(f"names        {', '.join(made.names)}")
    click.echo(f"valid until  {made.until:%Y-%m-%d}")
    click.echo(f"SHA-256      {made.fingerprint}")
    click.echo("")
    click.echo("On this machine:")
    if chosen != usual:
        click.echo(f"  set tls_cert = {str(made.cert)!r} and tls_key = {str(made.key)!r} in config.toml")
    click.echo("  ooctl token create laptop --scope control > laptop.token")
    click.echo("  set listen_tcp = '0.0.0.0:50051' in config.toml, and start the daemon again")
    click.echo(f"On the client, with copies of {made.cert.name} and laptop.token (chmod 600):")
    click.echo(f"  ooctl context add office --address {made.names[0]}:50051 --ca {made.cert.name} --token-file laptop.token --use")


@click.group()
def notify() -> None:
    """Who is told of the end of runs and of what needs a person: notify_command, notify_url."""


@notify.command("test")
@click.option("--state-dir", help="Folder of the store.  [OODAEMON_STATE_DIR]")
def try_out(**flags: Any) -> None:  # noqa: ANN401 - click fills them in
    """Send one notice over everything that is set, now, and say how that went. Ends with 1 when any of it failed.

    \b
    Example:  oodaemon notify test
    """
    from oodaemon.app import settings, telling

    chosen = settings.load({name: value for name, value in flags.items() if value is not None}, os.environ)
    settings.forget_password(os.environ)
    sys.exit(0 if telling.try_out(chosen, click.echo) else 1)
