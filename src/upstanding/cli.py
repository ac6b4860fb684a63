"""The command line.

Everything heavy is imported by the command that needs it, so that help answers at once.
"""

import gc
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from upstanding.errors import UpstandingError

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
Resume = Annotated[bool, typer.Option("--resume", help="Go on in the directory --out.")]
Out = Annotated[Path | None, typer.Option(help="A new directory; under runs/ if not given.")]


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; the exit status is 2 for what is wrong with the input."""
    # Pydantic would look for plugins in all packages that are installed, and what modules make
    # while they are imported is no garbage.
    gc.set_threshold(50_000)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    call = sys.argv[1:] if arguments is None else arguments
    try:
        app(args=call, prog_name="upstanding", obj=call)
    except UpstandingError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except MemoryError:
        print(
            "there is not enough memory for so many people: choose fewer --citizens",
            file=sys.stderr,
        )
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
    seeds: Annotated[
        int | None,
        typer.Option(help="Under so many seeds, from 1 on, a run each.", min=1),
    ] = None,
    threads: Threads = None,
    ledger: Annotated[str, typer.Option(help="Whose rows are kept: all, cohort or off.")] = "all",
    cohort: Annotated[str, typer.Option(help="Citizens whose rows are kept: 1,2,3")] = "",
    standing: Annotated[
        bool | None,
        typer.Option(help="Keep how everybody stands each week; as the ledger if not given."),
    ] = None,
    shards: Annotated[int, typer.Option(help="Runs of districts that society is cut into.")] = 1,
    safeguard: Annotated[
        list[str] | None, typer.Option(help="A safeguard or patch to apply (repeatable).")
    ] = None,
    ablation: Annotated[
        str | None,
        typer.Option(help="every-record-true, nobody-responds or no-association."),
    ] = None,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", help="Set a value of the scheme: list.x.delay-weeks=2 (repeatable)"),
    ] = None,
    out: Out = None,
    resume: Resume = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Simulate a scheme on a society; tell what happened, and in which directory it is."""
    from upstanding import commands

    rules = commands.rules_of(scheme, safeguard or [], ablation, values or [])
    if seeds is not None:
        from upstanding import comparing

        comparing.seeds(
            rules,
            seeds,
            society=society,
            citizens=citizens,
            years=years,
            weeks=weeks,
            ledger="off" if ledger == "all" else ledger,
            standing=standing,
            out=out,
            show=commands.Show(json=json, quiet=quiet),
        )
        return
    commands.run(
        rules,
        society=society,
        citizens=citizens,
        years=years,
        weeks=weeks,
        seed=seed,
        threads=threads,
        ledger=ledger,
        cohort=cohort,
        standing=standing,
        shards=shards,
        out=out,
        resume=resume,
        show=commands.Show(json=json, quiet=quiet),
        call=context.obj,
    )


@app.command()
def compare(
    scheme: Annotated[str, typer.Argument(help="A shipped scheme, or the path of a file.")],
    against: Annotated[str | None, typer.Argument(help="Another scheme; the same if none.")] = None,
    society: OnSociety = "china",
    citizens: Annotated[int, typer.Option(help="How many people, children included.")] = 100_000,
    years: Annotated[int, typer.Option(help="Years of 52 weeks.", min=1)] = 3,
    weeks: Annotated[int | None, typer.Option(help="Weeks, in place of years.")] = None,
    seed: Seed = 1,
    threads: Threads = None,
    safeguard: Annotated[
        list[str] | None, typer.Option(help="What the twin has besides: a safeguard or patch.")
    ] = None,
    ablation: Annotated[
        str | None,
        typer.Option(help="every-record-true, nobody-responds or no-association."),
    ] = None,
    values: Annotated[
        list[str] | None, typer.Option("--set", help="A value that the twin has: key=value.")
    ] = None,
    out: Out = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Hold a scheme against another on the same lives: who is spared, who is newly harmed."""
    from upstanding import commands, comparing

    comparing.twins(
        commands.rules_of(scheme, [], None, []),
        commands.rules_of(against or scheme, safeguard or [], ablation, values or []),
        society=society,
        citizens=citizens,
        weeks=weeks or 52 * years,
        seed=seed,
        threads=threads,
        out=out,
        show=commands.Show(json=json, quiet=quiet),
    )


@app.command()
def story(
    run: Annotated[Path, typer.Argument(help="The directory of a finished run.")],
    citizen: Annotated[int, typer.Argument(help="The number of a citizen, from 0.")],
    json: Json = False,
) -> None:
    """Tell what happened to one citizen: entries, dates, causes."""
    from upstanding import commands

    commands.story(run, citizen, json=json)


@app.command()
def cases(
    run: Annotated[Path, typer.Argument(help="The directory of a finished run.")],
    case: Annotated[str | None, typer.Option(help="One of them alone.")] = None,
    json: Json = False,
) -> None:
    """Find the essay's own cases in a run, and tell their stories."""
    from upstanding import queries

    queries.cases(run, case, json=json)


@app.command()
def rows(
    run: Annotated[Path, typer.Argument(help="The directory of a finished run.")],
    kind: Annotated[str | None, typer.Option(help="points, list-in, denial, ...")] = None,
    mechanism: Annotated[str | None, typer.Option(help="The mechanism that wrote it.")] = None,
    act: Annotated[str | None, typer.Option(help="The act that it is about.")] = None,
    sensor: Annotated[str | None, typer.Option(help="The sensor that recorded it.")] = None,
    rule: Annotated[str | None, typer.Option(help="The clause that it rests on.")] = None,
    object_: Annotated[str | None, typer.Option("--object", help="The list or service.")] = None,
    truth: Annotated[str | None, typer.Option(help="true, false match, ...")] = None,
    most: Annotated[int, typer.Option(help="How many are printed.", min=1)] = 10,
    json: Json = False,
) -> None:
    """Count the rows of a run's ledger that say something, and print the first of them."""
    from upstanding import queries

    said = {"kind": kind, "mechanism": mechanism, "act": act, "sensor": sensor}
    said |= {"rule": rule, "object": object_, "truth": truth}
    queries.rows(run, said, most, json=json)


@app.command()
def measures(
    run: Annotated[Path, typer.Argument(help="The directory of a finished run.")],
    measure: Annotated[str | None, typer.Argument(help="One of them alone.")] = None,
    json: Json = False,
) -> None:
    """Print what is measured in a run: by cell its sum over the weeks, and its last value."""
    from upstanding import queries

    queries.measures(run, measure, json=json)


@app.command()
def report(
    context: typer.Context,
    runs: Annotated[
        list[Path], typer.Argument(help="Runs of the same lives; the first is as proposed.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="The page to write.")] = Path(
        "impact.html"
    ),
    pdf: Annotated[bool, typer.Option("--pdf", help="A PDF beside it; needs WeasyPrint.")] = False,
    seeds: Annotated[int, typer.Option(help="Under how many seeds it is run in all.", min=1)] = 5,
    sets: Annotated[
        int, typer.Option(help="How many sets of draws of what is not known.", min=0)
    ] = 32,
    given: Annotated[
        bool, typer.Option("--given", help="Run nothing beside: tell of the runs given alone.")
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write the rights impact report of runs: one page, and every number in a folder beside it."""
    from upstanding.commands import Show
    from upstanding.report import command

    written = command.report(
        runs,
        out,
        pdf=pdf,
        seeds=seeds,
        sets=sets,
        given=given,
        quiet=quiet or json,
        call=context.obj,
    )
    pages = [path for path in written if path.parent == out.parent]
    words = (
        f"The report is in {', '.join(map(str, pages))}; its numbers are in {written[-1].parent}"
    )
    Show(json=json, quiet=quiet).result(words, {"files": [str(path) for path in written]})


@app.command()
def schemes(json: Json = False) -> None:
    """List the schemes, societies and safeguards that are shipped."""
    from upstanding import listing

    listing.schemes(json=json)


@app.command()
def check(
    files: Annotated[list[str], typer.Argument(help="Schemes or societies: names or paths.")],
    society: OnSociety = "china",
    json: Json = False,
) -> None:
    """Check schemes, and whether they fit the society; or check societies."""
    from upstanding import catalogue

    catalogue.check(files, society, json=json)


@app.command()
def schema(
    of: Annotated[str, typer.Argument(help="scheme or society")] = "scheme", json: Json = False
) -> None:
    """Print the JSON Schema of a file format."""
    from upstanding import catalogue

    catalogue.schema(of, json=json)


@app.command()
def evidence(
    name: Annotated[
        str | None, typer.Argument(help="A scheme, or a society alone; china alone if none.")
    ] = None,
    society: OnSociety = "china",
    status: Annotated[
        str | None, typer.Option(help="Only figures that rest on this: seen, invented, ...")
    ] = None,
    json: Json = False,
) -> None:
    """List every figure in use: its value, its status, its source; how much rests on invention."""
    from upstanding import catalogue

    catalogue.evidence(name, society, status, json=json)


@app.command()
def odd(
    scheme: Annotated[str, typer.Argument(help="A shipped scheme, or the path of a file.")],
    society: OnSociety = "china",
    json: Json = False,
) -> None:
    """Describe the model as it stands under a scheme, in the form ODD (Grimm et al. 2020)."""
    from upstanding import odd

    odd.show(scheme, society, json=json)


@app.command()
def first_finding(
    context: typer.Context,
    seed: Seed = 1,
    threads: Threads = None,
    out: Out = None,
    resume: Resume = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Hold ordinary law, the record and the essay side by side: 100,000 people, 3 years."""
    from upstanding import commands

    show = commands.Show(json=json, quiet=quiet)
    commands.first_finding(
        seed=seed, threads=threads, out=out, resume=resume, show=show, call=context.obj
    )
