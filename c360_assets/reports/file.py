"""A page as a file."""

import os
import tempfile
from pathlib import Path

from resources.errors import ExportRefused, Where
from resources.local_files import to_disk


def write_page(text: str, file: Path) -> None:
    """Writes a page whole or not at all; it is its owner's only. Raises ExportRefused where it can't be written."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=file.parent, prefix=f".{file.name}.", delete=False
        ) as new:
            try:
                new.write(text)
                new.flush()
                os.fsync(new.fileno())
                Path(new.name).replace(file)
                to_disk(file.parent)
            except BaseException:
                Path(new.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise ExportRefused(
            f"can't be written ({error.strerror or type(error).__name__})",
            "Choose another file, or make room.",
            Where(file=str(file)),
        ) from error
