"""`c360 sample`: writes landing data with the generator in `c360_sample`."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from c360_assets.terminal import Terminal
from c360_sample import SampleError, SampleSummary, write_months, write_sample
from resources.errors import SampleRefused


def sample_command(out: Path, first: date, days: int, rows: int, seed: int, form: str, all_forms: bool) -> int:
    """Writes the files and says what was written. Raises SampleRefused if they can't be written as asked."""
    return _written(lambda progress: write_sample(out, first, days, rows, seed, form, progress, all_forms=all_forms))


def months_command(out: Path, first: date, months: int, days: int, seed: int) -> int:
    """The same for a small population over many months."""
    return _written(lambda progress: write_months(out, first, months, days, seed, progress))


def _written(write: Callable[[Callable[[str], None]], SampleSummary]) -> int:
    console = Terminal()
    try:
        with console.status("writing") as status:
            summary = write(status.update)
    except SampleError as error:
        raise SampleRefused(str(error)) from None
    console.print(
        f"Wrote {summary.content_rows:,} content rows, {summary.searches:,} searches and {summary.links:,} links, "
        f"{summary.first_day} to {summary.last_day}: {summary.files:,} files, {summary.size_bytes / 1e6:,.1f} MB in "
        f"{summary.out}",
        highlight=False,
        soft_wrap=True,
    )
    return 0
