"""`c360 sample`: writes landing data by the generator in `c360_sample`."""

from datetime import date
from pathlib import Path

from rich.console import Console

from c360_sample import write_sample


def sample_command(out: Path, first: date, days: int, rows: int, seed: int, form: str) -> int:
    """Writes the files and says what was written."""
    console = Console()
    with console.status("writing") as status:
        summary = write_sample(out, first, days, rows, seed, form, progress=status.update)
    console.print(f"Wrote {out}: {summary}", highlight=False, soft_wrap=True)
    return 0
