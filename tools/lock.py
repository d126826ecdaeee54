"""Pins all packages that pyproject.toml asks for, for every supported Python: `make lock`. Standard library only.

What is pinned already keeps its version, so that a new dependency changes no others; `--upgrade` resolves all anew. The
first Python chooses the versions, and the others have to accept them: a package that only some need gets a marker.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.pythons import ROOT, project, python_of, supported

LOCK = ROOT / "requirements.lock"
_HEADER = "# Every package by name and exact version. Made by `make lock` from pyproject.toml; don't edit.\n"
Pins = dict[str, str]


class CannotLock(Exception):
    """Why there is no new lock."""


def resolve(python: Path, pins: Pins) -> Pins:
    """Every package that the project needs on a Python, development included. Installs nothing but pip and setuptools."""
    with tempfile.TemporaryDirectory() as scratch:
        report, constraints = Path(scratch, "report.json"), Path(scratch, "constraints.txt")
        constraints.write_text("".join(f"{name}=={version}\n" for name, version in pins.items()))
        _call(python, "-m", "venv", f"{scratch}/venv")
        inside = Path(scratch, "venv", "bin", "python")
        install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--constraint", str(constraints))
        _call(inside, *install, "setuptools")  # builds what comes as source
        words = ("--dry-run", "--ignore-installed", "--use-pep517", "--no-build-isolation", "--report", str(report))
        _call(inside, *install, *words, "setuptools", f"{ROOT}[dev]")
        packages = json.loads(report.read_text(encoding="utf-8"))["install"]
    found: Pins = {}
    for package in packages:
        name, version = package["metadata"]["name"], package["metadata"]["version"]
        if name == project()["name"]:
            continue
        if package["is_direct"]:
            raise CannotLock(f"{name} comes from an address, not from the package index.")
        found[name] = version
    return found


def _call(python: Path, *words: str) -> None:
    if subprocess.run([python, *words]).returncode:
        raise CannotLock(
            "pip's reason is above. If a version in requirements.lock is in the way, take its line out, or resolve all of "
            "them anew: make lock UPGRADE=1."
        )


def marker(versions: Sequence[str], every: Sequence[str]) -> str:
    """What restricts a line to some versions of Python; empty for all of them."""
    if list(versions) == list(every):
        return ""
    if list(versions) == list(every[: len(versions)]):
        return f' ; python_version < "{every[len(versions)]}"'
    if list(versions) == list(every[-len(versions) :]):
        return f' ; python_version >= "{versions[0]}"'
    return " ; " + " or ".join(f'python_version == "{version}"' for version in versions)


def lines(resolved: Mapping[str, Pins]) -> list[str]:
    """The lock's lines from what each version of Python needs."""
    needed: dict[str, list[str]] = {}
    for version, pins in resolved.items():
        for name, pin in pins.items():
            needed.setdefault(f"{name}=={pin}", []).append(version)
    every = list(resolved)
    return sorted((f"{pin}{marker(versions, every)}" for pin, versions in needed.items()), key=str.upper)


def pinned() -> Pins:
    """What the lock holds now."""
    pins = (line.partition(";")[0].strip() for line in LOCK.read_text(encoding="utf-8").splitlines())
    return {name: version for name, _, version in (pin.partition("==") for pin in pins if "==" in pin)}


def lock(upgrade: bool) -> None:
    """Writes the lock anew."""
    pythons = {version: python_of(version) for version in supported()}
    missing = [version for version, python in pythons.items() if not python]
    if missing:
        raise CannotLock(f"the lock is for Python {', '.join(pythons)}, and here is no {' and no '.join(missing)}.")
    pins: Pins = {} if upgrade else pinned()
    resolved: dict[str, Pins] = {}
    for version, python in pythons.items():
        assert python
        print(f"Python {version}", flush=True)
        resolved[version] = resolve(python, pins)
        pins = pins | resolved[version]
    LOCK.write_text(_HEADER + "".join(f"{line}\n" for line in lines(resolved)), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tools.lock", description="Pin the packages of pyproject.toml.")
    parser.add_argument("--upgrade", action="store_true", help="resolve what is pinned already, too")
    try:
        lock(parser.parse_args().upgrade)
    except CannotLock as error:
        sys.exit(f"No new lock: {error}")
