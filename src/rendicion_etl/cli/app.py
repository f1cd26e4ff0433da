"""The command line as a whole: its commands, its exit codes, and how errors are told."""

from __future__ import annotations

import os
import sys
from typing import Any

from cyclopts import (
    App,
    CoercionError,
    CycloptsError,
    Group,
    MissingArgumentError,
    RepeatArgumentError,
    UnknownCommandError,
    UnknownOptionError,
    UnusedCliTokensError,
    ValidationError,
)
from cyclopts.help import DefaultFormatter

from rendicion_etl.cli.options import HELP_LANG, INTERRUPTED, OK, PROBLEM, SOME_FAILED, USAGE, WrongUsage
from rendicion_etl.cli.overview import COMMANDS
from rendicion_etl.errors import RendicionError, UnreadableDocument
from rendicion_etl.messages import reason, say
from rendicion_etl.settings import BadSetting
from rendicion_etl.version import VERSION


class Help(DefaultFormatter):
    """The parser's help without the words that it has in English only: every argument is required anyway."""

    def __call__(self, console: Any, options: Any, panel: Any) -> None:
        for entry in panel.entries:
            entry.required = False
        super().__call__(console, options, panel)

    def render_usage(self, console: Any, options: Any, usage: Any) -> None:
        console.print(usage)  # ours says "Uso:" itself


app = App(
    name="rendicion",
    help=say("app.help", HELP_LANG),
    version=VERSION,
    help_format="plaintext",
    help_formatter=Help(),
    group_commands=Group(say("app.commands", HELP_LANG)),
    group_parameters=Group(say("app.options", HELP_LANG)),
    group_arguments=Group(say("app.arguments", HELP_LANG)),
    result_action="return_value",
    exit_on_error=False,
    print_error=False,
    suppress_keyboard_interrupt=False,
)
app["--help"].help = say("app.help_flag", HELP_LANG)
app["--version"].help = say("app.version_flag", HELP_LANG)
for _name in COMMANDS:
    app.command(
        f"rendicion_etl.cli.{_name}:{_name}",
        name=_name,
        help=say(f"{_name}.help", HELP_LANG),
        usage=say(f"{_name}.usage", HELP_LANG),
    )


def run(arguments: list[str]) -> int:
    """Run the command line and return its exit code; errors are one line, with a traceback only on --debug."""
    debug = "--debug" in arguments
    try:
        return app(arguments) or OK
    except CycloptsError as error:
        _complain(f"{_usage(error)} {say('usage.help', HELP_LANG)}")
        return USAGE
    except RendicionError as error:
        if debug:
            raise
        what, why, next_step = (reason(text, HELP_LANG) for text in (error.what, error.why, error.next_step))
        _complain(f"{what}: {why}. {next_step}")
        return _exit_code(error)
    except BadSetting as error:
        _complain(say("usage.setting", HELP_LANG, name=error.name, given=error.given))
        return USAGE
    except KeyboardInterrupt:
        _complain(say("app.interrupted", HELP_LANG))
        return INTERRUPTED
    except BrokenPipeError:  # `rendicion query ... | head`: nobody reads on, which is no error
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except OSError as error:
        if debug:
            raise
        place = error.filename or error.strerror
        _complain(say("app.system", HELP_LANG, what=place, error=error.strerror or error))
        return PROBLEM
    except Exception as error:
        if debug:
            raise
        _complain(say("app.unexpected", HELP_LANG, kind=type(error).__name__, error=error))
        return PROBLEM


def _exit_code(error: RendicionError) -> int:
    match error:
        case WrongUsage():
            return USAGE
        case UnreadableDocument():
            return SOME_FAILED
        case _:
            return PROBLEM


def _complain(line: str) -> None:
    print(" ".join(line.split()), file=sys.stderr)


def _usage(error: CycloptsError) -> str:
    """A usage error in the reader's language, which the parser's own words are not."""
    match error:
        case UnknownCommandError(unused_tokens=[token, *_]):
            return say("usage.command", HELP_LANG, given=token)
        case UnknownOptionError(token=token) if token:
            return say("usage.option", HELP_LANG, given=token.keyword or token.value)
        case MissingArgumentError(argument=argument) if argument:
            return say("usage.missing", HELP_LANG, name=argument.name)
        case CoercionError(argument=argument, token=token) if argument and token:
            return say("usage.value", HELP_LANG, name=argument.name, given=token.value)
        case ValidationError(argument=argument) if argument and argument.tokens:
            return say("usage.value", HELP_LANG, name=argument.name, given=argument.tokens[0].value)
        case RepeatArgumentError(token=token):
            return say("usage.repeated", HELP_LANG, given=token.keyword)
        case UnusedCliTokensError(unused_tokens=[token, *_]):
            return say("usage.unused", HELP_LANG, given=token)
        case _:
            return say("usage.other", HELP_LANG)
