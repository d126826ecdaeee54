"""Where a measurement reads and writes: the folders of this checkout, and the tables of results."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench" / "results"
SCRATCH = ROOT / ".bench"
PAGES = tuple(
    ROOT / "docs" / f"{name}.md" for name in ("performance", "measurements", "measured-steps", "scripts-by-hand")
)
"""The pages that show tables of results."""


def write(path: Path, text: str) -> None:
    """Writes a file of results; its folder is made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def write_table(path: Path, table: str) -> None:
    """Writes a table to its file, and to the terminal."""
    write(path, table)
    print(f"\n{table}", flush=True)
