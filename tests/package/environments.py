"""The package as its users install it: a wheel, virtual environments of any supported Python, and commands in them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from resources.settings import PROJECT
from tests.support.commands import Done

LOCK = PROJECT / "requirements.lock"
PACKAGES = ("c360_assets", "c360_sample", "resources")
_BESIDE = ("pyproject.toml", "README.md", "LICENSE")
_OURS = ("C360_", "DAGSTER_", "PYTHON")
# pyspark comes as source, and is built with the pinned setuptools: as `make setup` does.
_INSTALL = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--use-pep517", "--no-build-isolation")


def build_wheel(scratch: Path) -> Path:
    """The project's wheel, built from its source distribution: as `python -m build` does."""
    source = scratch / "source"
    for package in PACKAGES:
        shutil.copytree(PROJECT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in _BESIDE:
        shutil.copy(PROJECT / name, source)
    backend = "import sys; from setuptools.build_meta import build_sdist; build_sdist(sys.argv[1])"
    _call([sys.executable, "-c", backend, str(scratch)], source)
    (archive,) = scratch.glob("*.tar.gz")
    words = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(scratch), str(archive)]
    _call([sys.executable, *words], scratch)
    (wheel,) = scratch.glob("*.whl")
    return wheel


@dataclass(frozen=True)
class Environment:
    """A virtual environment."""

    root: Path

    @property
    def bin(self) -> Path:
        """Its commands."""
        return self.root / "bin"

    def install(self, *words: str) -> None:
        """Installs packages, with pip's words for them."""
        _call([str(self.bin / "python"), *_INSTALL, *words], self.root)

    def check(self) -> None:
        """Fails if a package lacks another that it depends on, or has it in a version that does not suit."""
        _call([str(self.bin / "python"), "-m", "pip", "check"], self.root)

    def variables(self, **more: str) -> dict[str, str]:
        """The variables for its commands: none of the project's or Python's own but those that are given."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        return {**inherited, "PATH": f"{self.bin}:{os.environ['PATH']}", **more}

    def c360(self, folder: Path, *words: str, variables: Mapping[str, str] | None = None) -> Done:
        """The command, called in a folder."""
        done = subprocess.run(
            [self.bin / "c360", *words],
            cwd=folder,
            env=self.variables(**variables or {}),
            capture_output=True,
            text=True,
        )
        return Done(done.returncode, done.stdout, done.stderr)


def new_environment(python: Path, root: Path) -> Environment:
    """An environment with nothing in it but pip, and the setuptools that builds what comes as source."""
    _call([str(python), "-m", "venv", str(root)], root.parent)
    environment = Environment(root)
    environment.install(*(pin for pin in LOCK.read_text().splitlines() if pin.startswith("setuptools==")))
    return environment


def _call(words: list[str], folder: Path) -> None:
    variables = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    done = subprocess.run(words, cwd=folder, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}{done.stderr}"
