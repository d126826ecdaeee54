"""A Python as a cluster's machines have it: with pyspark and its packages, without this project."""

import sys
from pathlib import Path

# What executors need is pyspark, pyarrow, numpy and fsspec. The rest of the project's packages is refused too.
_REFUSES = """\
import os
import sys

REFUSED = "c360_assets c360_sample resources tests dagster dagster_pyspark deltalake pysail xxhash rich click".split()


class Refusing:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in REFUSED:
            raise ModuleNotFoundError(f"No module named {{name!r}}: this machine does not have it", name=name)


sys.meta_path.insert(0, Refusing)
with open({started!r}, "a") as told:
    told.write(os.getcwd() + "\\n")
"""


def bare_python(folder: Path) -> Path:
    """Makes the Python below a folder; in the file `started` there it notes where it was started."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_REFUSES.format(started=str(folder / "started")))
    script = folder / "python"
    script.write_text(f'#!/bin/sh\nPYTHONPATH="{folder}:$PYTHONPATH" exec "{sys.executable}" "$@"\n')
    script.chmod(0o755)
    return script


def started_in(python: Path) -> set[str]:
    """The folders in which the Python was started: an executor has one of its own below its worker's."""
    told = python.parent / "started"
    return set(told.read_text().splitlines()) if told.exists() else set()
