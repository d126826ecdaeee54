"""A file that names customers to erase, one per line."""

import codecs
from pathlib import Path

from resources.errors import NotACustomersFile, Where


def customers_in(file: Path) -> dict[str, Where]:
    """The names in a file, without blank lines and without a byte order mark, each with the first line that has it.

    Raises NotACustomersFile, with the line, if it is not UTF-8 text; OSError if it can't be read.
    """
    data = file.read_bytes().removeprefix(codecs.BOM_UTF8)
    try:
        lines = data.decode().splitlines()
    except UnicodeDecodeError as error:
        where = Where(file=str(file), line=data.count(b"\n", 0, error.start) + 1)
        raise NotACustomersFile("it is not UTF-8 text", "Save it as UTF-8.", where) from None
    found: dict[str, Where] = {}
    for number, line in enumerate(lines, start=1):
        if name := line.strip():
            found.setdefault(name, Where(file=str(file), line=number))
    return found
