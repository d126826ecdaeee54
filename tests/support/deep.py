"""Folders that are nested as deep as a program makes them that runs in a circle."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LEVELS = 1100
"""More than Python nests calls."""


@contextmanager
def deep_folder(folder: Path, levels: int = LEVELS) -> Iterator[Path]:
    """Nests folders below a folder, and gives the innermost. They are removed afterwards: pytest could not do it."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [Path(f"{folder}{'/d' * level}") for level in range(1, levels + 1)]
    for path in paths:
        path.mkdir()
    try:
        yield paths[-1]
    finally:
        for path in reversed(paths):
            for left in path.iterdir():
                left.unlink()
            path.rmdir()
