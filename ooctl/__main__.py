"""The entry of ooctl: from arguments and environment to an exit code, whatever happens on the way."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from ooctl.exits import ClientError, ExitStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import NoReturn, TextIO

    import click

    from ooctl.session import Session


def main(args: Sequence[str], env: Mapping[str, str]) -> ExitStatus:
    """Run one command and return its exit code; data goes to standard output, everything else to standard error.

    Raises nothing: errors are printed as `error: …` and become exit codes. A reader that goes away ends the command
    quietly with FAILED.
    """
    out, err = sys.stdout, sys.stderr
    try:
        if list(args) == ["--version"]:  # asked by scripts and prompts, and answered without the rest of ooctl
            return _say_version()
        from ooctl.render.formats import Output  # noqa: PLC0415
        from ooctl.session import Session  # noqa: PLC0415

        session = Session(env, Output(out, err, env=env), sys.stdin)
        status = _run(session, args)
        out.flush()
    except KeyboardInterrupt:
        err.write("interrupted\n")
        return ExitStatus.INTERRUPTED
    except (BrokenPipeError, SystemExit):  # click makes a SystemExit of a closed pipe, and wraps both streams
        sys.stdout, sys.stderr = out, err
        _silence(out)
        _silence(err)
        return ExitStatus.FAILED
    except OSError as error:  # a full disk under standard output
        err.write(f"error: the output could not be written: {error.strerror}\n")
        _silence(out)
        return ExitStatus.FAILED
    return status


def _say_version() -> ExitStatus:
    from ooctl import __version__  # noqa: PLC0415

    sys.stdout.write(f"ooctl {__version__}\n")
    sys.stdout.flush()
    return ExitStatus.OK


def entry() -> NoReturn:
    """The console script."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by the caller
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - open as long as the process
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_for_what_is_missing(stream.encoding))
    status = main(sys.argv[1:], os.environ)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)  # what grpc still holds may keep the interpreter from ever ending


def _for_what_is_missing(encoding: str) -> str:
    """The error handler of a stream; only encodings that lack characters need ours."""
    if encoding.lower().replace("_", "-").startswith("utf"):
        return "backslashreplace"
    import codecs  # noqa: PLC0415 - for old terminals alone

    from ooctl import lookalikes  # noqa: PLC0415

    codecs.register_error(lookalikes.NAME, lookalikes.handle)
    return lookalikes.NAME


def _run(session: Session, args: Sequence[str]) -> ExitStatus:
    import click  # noqa: PLC0415 - imported with the commands, inside the net for Ctrl-C

    from ooctl.commands.root import ooctl  # noqa: PLC0415

    if instruction := session.env.get("_OOCTL_COMPLETE", ""):
        from ooctl.completion import answer  # noqa: PLC0415 - a shell that asks

        answer(ooctl, session, instruction)
        return ExitStatus.OK
    try:
        status = ooctl.main(list(args), prog_name="ooctl", standalone_mode=False, obj=session)
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        session.report(_usage_error(error))
        return ExitStatus.USAGE
    except ClientError as error:
        session.report(error)
        return error.status
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - the last net: a sentence instead of a traceback
        session.report(_defect(error))
        return ExitStatus.FAILED
    return ExitStatus(status) if status is not None else ExitStatus.OK


def _usage_error(error: click.ClickException) -> ClientError:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "ooctl"
    return ClientError(_sentence(error), ExitStatus.USAGE, hint=f'"{command} --help" shows how it is used')


def _sentence(error: click.ClickException) -> str:
    """What click says, but of options that are alike only those whose words are: not the dashes, which all of them share."""
    import click  # noqa: PLC0415 - loaded by who raised the error

    if not isinstance(error, click.NoSuchOption) or not error.possibilities:
        return error.format_message()
    from difflib import SequenceMatcher  # noqa: PLC0415 - for a mistake alone

    wanted = error.option_name.lstrip("-")
    alike = [each for each in error.possibilities if SequenceMatcher(None, wanted, each.lstrip("-")).ratio() >= 0.6]
    return click.NoSuchOption(error.option_name, possibilities=alike, ctx=error.ctx).format_message()


def _defect(error: Exception) -> ClientError:
    import traceback  # noqa: PLC0415 - for a defect alone

    return ClientError(
        f"{type(error).__name__}: {error}",
        ExitStatus.FAILED,
        hint="this looks like a defect of ooctl; --debug shows where it happened",
        debug="".join(traceback.format_exception(error)).splitlines(),
    )


def _silence(stream: TextIO) -> None:
    """Let the interpreter flush at its end into nothing, instead of complaining about the closed pipe."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, stream.fileno())
    except (OSError, ValueError):  # not a real file
        pass
    finally:
        os.close(nowhere)


if __name__ == "__main__":
    entry()
