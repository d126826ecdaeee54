"""Folders that are nested as deep as a program makes them that runs in a circle."""

import os
import shutil
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


@contextmanager
def too_long_folder(folder: Path, text: bytes) -> Iterator[str]:
    """A file below a folder, at a path that is longer than the system takes: so nobody can look at it by its path.

    Gives the first folder on the way that can't be listed, by its path below the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    here, names = os.open(folder, os.O_RDONLY), [str(folder)]
    while len("/".join(names)) < 4096:
        names.append("d" * 200)
        os.mkdir(names[-1], dir_fd=here)
        inner = os.open(names[-1], os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    with os.fdopen(os.open("old.csv", os.O_CREAT | os.O_WRONLY, dir_fd=here), "wb") as file:
        file.write(text)
    os.close(here)
    try:
        yield "/".join(names[1:])
    finally:
        shutil.rmtree(folder / names[1])
