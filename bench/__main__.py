"""`python -m bench`: the commands of the benchmark and their options only.

What a command does is imported when it is called, so that `--help` answers at once.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from bench.contenders import CONTENDERS, Contender
from bench.errors import BenchError
from bench.files import RESULTS, SCRATCH
from bench.suite import SIZES

FORMS = ("json", "csv", "parquet")
_FOLDER = click.Path(file_okay=False, resolve_path=True, path_type=Path)


class _Group(click.Group):
    """Prints what went wrong in a measurement as one message, with status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BenchError as problem:
            raise click.ClickException(str(problem)) from problem


def _contenders(ctx: click.Context, param: click.Parameter, value: str) -> list[Contender]:
    names = value.split(",")
    if {*names} - {*CONTENDERS} or names[0] != "ours" or len({*names}) < len(names):
        others = ", ".join([*CONTENDERS][1:])
        raise click.BadParameter(f"begins with ours and goes on with any of {others}, each at most once.")
    return [CONTENDERS[name] for name in names]


def _keepers(ctx: click.Context, param: click.Parameter, value: str) -> list[Contender]:
    found = _contenders(ctx, param, value)
    if not all(contender.keeps_records for contender in found[1:]):
        keepers = ", ".join(contender.name for contender in CONTENDERS.values() if contender.keeps_records)
        raise click.BadParameter(f"takes ours, and then any of {keepers}: others have no lake to add a day to.")
    return found


def _forms(ctx: click.Context, param: click.Parameter, value: str) -> list[str]:
    forms = value.split(",")
    if {*forms} - {*FORMS}:
        raise click.BadParameter(f"takes any of {', '.join(FORMS)}, separated by commas.")
    return forms


def _sizes(ctx: click.Context, param: click.Parameter, value: str) -> list[int]:
    try:
        sizes = sorted({int(days) for days in value.split(",")})
    except ValueError:
        raise click.BadParameter("takes numbers of days, separated by commas.") from None
    if len(sizes) < 2 or sizes[0] < 1:
        raise click.BadParameter("takes at least two sizes, of a day or more: a line goes through them.")
    return sizes


def _results(command: Callable[..., None]) -> Callable[..., None]:
    return click.option("--results", type=_FOLDER, default=RESULTS, help="Tables, figures and pictures.")(command)


def _places(command: Callable[..., None]) -> Callable[..., None]:
    """The options of all measurements."""
    scratch = click.option("--scratch", type=_FOLDER, default=SCRATCH, help="Landed files, which are kept, and lakes.")
    return scratch(_results(command))


def _load(days: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The options of what is loaded."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        return click.option("--days", type=click.IntRange(1), default=days, show_default=True)(_rows(command))

    return decorate


def _rows(command: Callable[..., None]) -> Callable[..., None]:
    text = "Content rows per day; a twentieth as many searches."
    return click.option("--rows", type=click.IntRange(1), default=50_000, show_default=True, help=text)(command)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def cli() -> None:
    """Measures this project, beside what people would write by hand.

    \b
    Typical use:
      python -m bench suite                     all of it, small: some minutes
      python -m bench compare --days 5 --rows 1600000 --pairs 5
    """  # noqa: D301 - click leaves the lines after the character \b as they are


@cli.command()
@click.option(
    "--contenders",
    default="ours,duckdb,polars",
    show_default=True,
    callback=_contenders,
    help=f"Of {', '.join(CONTENDERS)}; ours comes first.",
)
@click.option(
    "--formats", default="json", show_default=True, callback=_forms, help=f"Of the content log: {', '.join(FORMS)}."
)
@click.option(
    "--pairs",
    type=click.IntRange(1),
    default=3,
    show_default=True,
    help="Rounds: each contender once in each, every second one in reverse order.",
)
@_load(days=3)
@_places
def compare(
    contenders: list[Contender], formats: list[str], pairs: int, days: int, rows: int, scratch: Path, results: Path
) -> None:
    """This project beside its rivals: equal tables first, then times.

    Whole fresh processes over the same landed files, in alternating order.
    """
    from bench.compare.rounds import compare

    for form in formats:
        compare(contenders, form, days, rows, pairs, scratch, results)


@cli.command()
@click.option(
    "--days", default="1,5,10,20,30", show_default=True, callback=_sizes, help="Sizes in days, separated by commas."
)
@_rows
@_places
def scale(days: list[int], rows: int, scratch: Path, results: Path) -> None:
    """How a first load grows with the days.

    Seconds, bytes kept and memory held, and how near the large steps come to the limits of this machine.
    """
    from bench.scale.loads import scale

    scale(days, rows, scratch, results)


@cli.command()
@click.option(
    "--times", type=click.IntRange(1), default=1, show_default=True, help="How often what takes seconds is run."
)
@_load(days=3)
@_places
def latency(times: int, days: int, rows: int, scratch: Path, results: Path) -> None:
    """What a user waits for.

    A first day, a late day, a run with nothing to do, a profile, the help.
    """
    from bench.latency import latency

    latency(days, rows, times, scratch, results)


@cli.command("next-day")
@click.option(
    "--contenders",
    default="ours,duckdb-lake,polars-lake",
    show_default=True,
    callback=_keepers,
    help="This project, and scripts that keep every record.",
)
@click.option("--pairs", type=click.IntRange(1), default=3, show_default=True, help="How often the day is loaded.")
@_load(days=10)
@_places
def next_day(contenders: list[Contender], pairs: int, days: int, rows: int, scratch: Path, results: Path) -> None:
    """The last day of a month that is loaded.

    As a share of the month's first load, with and without what the lake keeps to add a day, and beside scripts that keep
    every record. Also a day that lands again, and a run with nothing changed.
    """
    from bench.next_day import next_day

    next_day(contenders, days, rows, pairs, scratch, results)


@cli.command()
@_load(days=1)
@_places
def inside(days: int, rows: int, scratch: Path, results: Path) -> None:
    """Where the time of a run goes.

    Its steps beside what this machine could do at best, then the works on its newest day, each alone.
    """
    from bench.inside.run import inside

    inside(days, rows, scratch, results)


@cli.command()
@click.argument("lake", type=_FOLDER)
@click.argument("out", type=_FOLDER)
@click.option(
    "--all", "keeps_records", is_flag=True, help="The tables of days and of links too, not only the final ones."
)
def equal(lake: Path, out: Path, keeps_records: bool) -> None:
    """Whether the tables in OUT equal those of LAKE."""
    from bench.compare.equality import require_equal

    for table, rows in require_equal(lake, out, keeps_records).items():
        click.echo(f"{table}: {rows:,} rows, equal")


@cli.command()
@click.option("--size", type=click.Choice([*SIZES]), default="quick", show_default=True)
@click.option("--publish", is_flag=True, help="Put the tables into the pages of docs; goes with --size full.")
@_places
def suite(size: str, publish: bool, scratch: Path, results: Path) -> None:
    """All measurements, one after the other.

    A quick one keeps its tables in the scratch folder, and fails where this project got slower beside a rival than the
    published figures say. A full one takes an hour with 2 cores, ten minutes more where the landing zones are not made
    yet, and 50 GB of disk; leave the machine alone meanwhile.
    """
    from bench.guard import require_as_fast
    from bench.publish import publish as publish_tables
    from bench.suite import run_suite

    if publish and size != "full":
        raise click.UsageError("--publish goes with --size full: the pages have real sizes.")
    measured = scratch / "quick" if size == "quick" else results
    run_suite(size, scratch, measured)
    if size == "quick":
        require_as_fast(measured, results)
    if publish:
        publish_tables(results)


@cli.command()
@click.option("--publish", is_flag=True, help="Make the figures of the last quick suite the published ones.")
@_places
def guard(publish: bool, scratch: Path, results: Path) -> None:
    """Whether the last quick suite found this project slower than published.

    By its CPU over that of the DuckDB script in the same run.
    """
    from bench.guard import publish_ratios, require_as_fast

    (publish_ratios if publish else require_as_fast)(scratch / "quick", results)


@cli.command()
@_places
def targets(scratch: Path, results: Path) -> None:
    """The aims of the project beside what a full suite measured."""
    from bench.targets import targets

    targets(results)


@cli.command()
@_results
def publish(results: Path) -> None:
    """Put the results into the pages of docs that show them."""
    from bench.publish import publish

    publish(results)


if __name__ == "__main__":
    cli(prog_name="python -m bench")
