"""The versions of Python that the project supports, and where they are on this machine. Standard library only."""

import os
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def project() -> dict[str, Any]:
    """What pyproject.toml says of the project."""
    content: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return content


def supported() -> list[str]:
    """The versions in pyproject.toml's classifiers, such as 3.11, oldest first."""
    prefix = "Programming Language :: Python :: "
    return [line.removeprefix(prefix) for line in project()["classifiers"] if line.startswith(prefix)]


def python_of(version: str) -> Path | None:
    """An interpreter of that version which can make environments: on the PATH, or one of pyenv's."""
    name = f"python{version}"
    on_path = shutil.which(name)
    pyenv = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    for python in [*([Path(on_path)] if on_path else []), *sorted(pyenv.glob(f"versions/{version}.*/bin/{name}"))]:
        # pyenv puts names on the PATH that start nothing.
        if subprocess.run([python, "-c", "import ensurepip"], capture_output=True).returncode == 0:
            return python
    return None
