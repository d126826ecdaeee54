"""Makes one lake, and takes the time apart: the parts of the whole run, then the works on its newest day."""

import shutil
import time
from pathlib import Path

from bench.files import write_table
from bench.inside.limits import as_text, limits
from bench.inside.steps import as_markdown, parts
from bench.inside.works import TIMES, costs
from bench.measure import measure
from bench.zones import landed, new_folders


def inside(days: int, rows: int, scratch: Path, results: Path) -> None:
    """Writes both tables: `steps` with the limits of this machine, and `inside`."""
    landing = landed(scratch, "json", days, rows)
    target = scratch / "inside-lake"
    with new_folders(scratch) as folders:
        folders.land(landing, days)
        began = time.time()
        whole = measure(folders.run, folders.environment, scratch / "inside.log")
        of_run = list(parts(folders.home, began, whole.wall))
        title = f"{days} days of {rows:,} content rows: {whole.wall:.1f} s, {whole.cpu:.1f} CPU s."
        lines = [
            *as_markdown(title, of_run, whole.wall),
            *("", "| limit on this machine | rate |", "|---|--:|"),
            *(f"| {name} | {as_text(name, rate)} |" for name, rate in limits(landing, scratch)),
        ]
        write_table(results / f"steps-{days}x{rows}.md", "\n".join(lines) + "\n")
        try:
            found = list(costs(folders.landing, folders.lake, target))
        finally:
            shutil.rmtree(target, ignore_errors=True)
    lines = [
        f"One day of {rows:,} content rows and {rows // 20:,} searches, each work by itself, best of {TIMES}.",
        *("", "| table | up to and with | CPU s | wall s |", "|---|---|--:|--:|"),
        *(f"| {table} | {name} | {cpu:.2f} | {wall:.2f} |" for table, name, cpu, wall in found),
    ]
    write_table(results / f"inside-{days}x{rows}.md", "\n".join(lines) + "\n")
