"""What `c360 doctor` looks at: each check gives one finding, and changes nothing except that it makes the lake's folder."""

import os
import platform
import pwd
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal
from uuid import uuid4

import dagster as dg

from c360_assets.lineage.client import connect, namespace, off_because, set_by
from c360_assets.planning.lines import counted
from c360_assets.planning.planner import FOLDERS
from c360_assets.privacy.receipts import REPEAT, ReceiptStore, begun_only, lost_erasures
from c360_assets.profile.audience_members import check_audiences
from c360_assets.reference.model import load_reference
from resources.engine.session import Engine
from resources.erasure.erasure_list import ErasureList
from resources.errors import C360Error
from resources.home import dagster_home
from resources.landing.zone import LandingZone
from resources.locations import file_system
from resources.settings import Settings

State = Literal["ok", "warning", "failed"]
_GIB = 1 << 30
_LEAST_MEMORY, _LEAST_DISK = 2 * _GIB, 2 * _GIB
_MOST_SKEW_SECONDS = 60
_ASKED_ROWS = 3
_SUPPORTED = ((3, 11), (3, 13))
_FIRST_PERSON = 1000
"""On Linux, people have user ids from here on; `nobody` is the last."""
_NOBODY = 65534
_NO_LOGIN = ("nologin", "false", "sync")


@dataclass(frozen=True)
class Finding:
    """One check: what was looked at, its state, what was found, and what to do unless it is ok."""

    name: str
    state: State
    found: str
    remedy: str = ""


def findings(settings: Settings) -> Iterator[Finding]:
    """Every check, in the order in which a first run would need it."""
    yield _python()
    yield _packages()
    yield _memory()
    for check in (_landing, _lake, _reference, _erasures, _dagster, _lineage, _engine):
        yield _guarded(check, settings)
    yield _other_users(settings)


def _guarded(check: Callable[[Settings], Finding], settings: Settings) -> Finding:
    """A check's finding; an error of the project's own becomes one, with its remedy."""
    name = check.__name__.strip("_").replace("_", " ")
    try:
        return check(settings)
    except C360Error as error:
        return Finding(name, "failed", error.what, error.remedy)
    except OSError as error:
        return Finding(name, "failed", error.strerror or type(error).__name__, "Make it reachable and writable.")


def _python() -> Finding:
    least, most = _SUPPORTED
    text = platform.python_version()
    if least <= sys.version_info[:2] <= most:
        return Finding("python", "ok", text)
    return Finding("python", "failed", text, "Use Python 3.11, 3.12 or 3.13.")


def _packages() -> Finding:
    names = ("dagster", "pyspark", "pysail", "deltalake", "pyarrow")
    return Finding("packages", "ok", ", ".join(f"{name} {version(name)}" for name in names))


def _memory() -> Finding:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    found = f"{total / _GIB:.1f} GiB, {os.cpu_count()} cores"
    if total >= _LEAST_MEMORY:
        return Finding("memory", "ok", found)
    return Finding("memory", "warning", found, "A month of millions of rows takes up to 3 GB.")


def _landing(settings: Settings) -> Finding:
    zone = LandingZone(settings.landing)
    zone.check(FOLDERS)
    days = {folder: len(zone.names(folder).by_day) for folder in FOLDERS[:2]}
    return Finding("landing", "ok", f"{settings.landing}: " + ", ".join(f"{n} days in {f}" for f, n in days.items()))


def _lake(settings: Settings) -> Finding:
    """Writes a file into the lake's folder, compares its time with this machine's, and removes it."""
    store, path = file_system(settings.lake)
    store.makedirs(path, exist_ok=True)
    probe = f"{path.rstrip('/')}/.doctor-{uuid4().hex}"
    before = time.time()
    store.pipe_file(probe, b"c360 doctor")
    try:
        skew = abs(store.modified(probe).timestamp() - before)
    finally:
        with suppress(FileNotFoundError):
            store.rm_file(probe)
    if skew > _MOST_SKEW_SECONDS:
        remedy = "Set both clocks: retention counts from the times of files."
        return Finding(
            "lake", "warning", f"{settings.lake}: its clock is {skew:,.0f} s away from this machine's", remedy
        )
    if Path(path).exists() and (free := shutil.disk_usage(path).free) < _LEAST_DISK:
        return Finding("lake", "warning", f"{settings.lake}: {free / _GIB:.1f} GiB are free", "Make room.")
    return Finding("lake", "ok", f"{settings.lake} is writable")


def _reference(settings: Settings) -> Finding:
    check_audiences(load_reference(settings.reference))
    return Finding("reference", "ok", str(settings.reference))


def _erasures(settings: Settings) -> Finding:
    erasures = ErasureList(settings.lake, settings.erasure_key)
    count = len(erasures.entries())
    if count:
        erasures.require_key()
    if lost := lost_erasures(settings.lake):
        return Finding("erasures", "failed", lost.what, lost.remedy)
    if unfinished := ReceiptStore(settings.lake).unfinished():
        return Finding("erasures", "failed", begun_only(unfinished), REPEAT)
    return Finding("erasures", "ok", f"{count:,} ids are erased" if count else "none")


def _dagster(settings: Settings) -> Finding:
    home = dagster_home()
    if not os.access(home, os.W_OK):
        return Finding("dagster", "failed", f"{home} is not writable", "Set DAGSTER_HOME to a folder of your own.")
    try:
        with dg.DagsterInstance.get() as instance:
            runs = instance.get_runs_count()
            storage = type(instance.run_storage).__name__
    except Exception as error:  # Dagster's storages raise errors of any library
        return Finding("dagster", "failed", f"{home}: {type(error).__name__}", "Check dagster.yaml and its storage.")
    return Finding("dagster", "ok", f"{home}: {runs:,} runs in {storage}")


def _lineage(_: Settings) -> Finding:
    """Sends nothing: a collector that is down fails no run."""
    if set_by() is None:
        return Finding("lineage", "ok", f"not sent: {off_because()}")
    return Finding("lineage", "ok", f"sent by {connect().transport.kind}, in the namespace {namespace()}")


def _engine(settings: Settings) -> Finding:
    if settings.engine == "spark" and not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        return Finding("engine", "failed", "Java is not found", "Install Java 17, or set JAVA_HOME.")
    began = time.perf_counter()
    try:
        answered = Engine.of(settings.engine, settings.engine_options).session.range(_ASKED_ROWS).count()
    except C360Error:
        raise
    except Exception as error:  # whatever an engine raises as it starts
        return Finding("engine", "failed", f"{settings.engine}: {type(error).__name__}", "See docs/troubleshoot.md.")
    seconds = time.perf_counter() - began
    state: State = "ok" if answered == _ASKED_ROWS else "failed"
    return Finding("engine", state, f"{settings.engine} answers after {seconds:.1f} s")


def _other_users(settings: Settings) -> Finding:
    """While a run works, the embedded engine listens on a loopback port that every user of the machine can open."""
    mine = os.getuid()
    people = [
        one.pw_name
        for one in pwd.getpwall()
        if _FIRST_PERSON <= one.pw_uid < _NOBODY and one.pw_uid != mine and not one.pw_shell.endswith(_NO_LOGIN)
    ]
    if not people or settings.engine != "sail":
        return Finding("other users", "ok", "nobody else logs in here" if not people else f"{len(people)}")
    remedy = "They can reach the engine while a run works: run it where only trusted people log in. See SECURITY.md."
    return Finding("other users", "warning", f"{counted(len(people), 'other user')} can log in", remedy)
