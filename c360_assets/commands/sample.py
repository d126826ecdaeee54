"""`c360 sample`: writes landing data with the generator in `c360_sample`."""

from datetime import date
from pathlib import Path

from rich.console import Console

from c360_sample import SampleError, write_sample
from resources.errors import SampleRefused


def sample_command(out: Path, first: date, days: int, rows: int, seed: int, form: str, all_forms: bool) -> int:
    """Writes the files and says what was written. Raises SampleRefused where they can't be written as asked."""
    console = Console()
    try:
        with console.status("writing") as status:
            summary = write_sample(out, first, days, rows, seed, form, status.update, all_forms=all_forms)
    except SampleError as error:
        raise SampleRefused(str(error)) from None
    console.print(
        f"Wrote {summary.content_rows:,} content rows, {summary.searches:,} searches and {summary.links:,} links, "
        f"{summary.first_day} to {summary.last_day}: {summary.files:,} files, {summary.size_bytes / 1e6:,.1f} MB in {out}",
        highlight=False,
        soft_wrap=True,
    )
    return 0
