"""The command line.

Everything heavy is imported by the command that needs it, so that help answers at once.
"""

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from upstanding.errors import InputError, Problem, UpstandingError

app = typer.Typer(
    name="upstanding",
    help="A laboratory for social scoring, on people who do not exist.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]
OnSociety = Annotated[str, typer.Option(help="A shipped society, or the path of a file.")]
Seed = Annotated[int, typer.Option(help="Which luck; schemes under one seed share every draw.")]
Threads = Annotated[int | None, typer.Option(help="As many as there are cores if not given.")]
Out = Annotated[Path | None, typer.Option(help="A new directory; under runs/ if not given.")]


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; the exit status is 2 for what is wrong with the input."""
    try:
        app(args=arguments)
    except UpstandingError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        sys.exit(2)


@app.command("run")
def run_(
    context: typer.Context,
    scheme: Annotated[str, typer.Argument(help="A shipped scheme, or the path of a file.")],
    society: OnSociety = "china",
    citizens: Annotated[int, typer.Option(help="How many people, children included.")] = 100_000,
    years: Annotated[int | None, typer.Option(help="Years of 52 weeks; 3 if not given.")] = None,
    weeks: Annotated[int | None, typer.Option(help="Weeks, in place of years.")] = None,
    seed: Seed = 1,
    threads: Threads = None,
    ledger: Annotated[str, typer.Option(help="Whose rows are kept: all, cohort or off.")] = "all",
    cohort: Annotated[str, typer.Option(help="Citizens whose rows are kept: 1,2,3.")] = "",
    values: Annotated[
        list[str], typer.Option("--set", help="A value of the scheme by key: list.x.delay-weeks=2")
    ] = [],  # noqa: B006 (Typer copies it)
    out: Out = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on in the directory --out.")] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Simulate a scheme on a society."""
    from upstanding import commands
"""
"""
