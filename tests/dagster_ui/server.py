"""Dagster's own servers as users start them, on 127.0.0.1 and over folders of a test's own; and what they are asked."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from resources.settings import PROJECT
from tests.support.homes import Home

BIN = Path(sys.executable).parent
START_SECONDS = 120


def make_home(root: Path) -> Home:
    """A home whose Dagster instance is a folder, with the project's settings: servers and tests share it.

    Of a folder that is a home already, it is that one.
    """
    folder = root / "dagster"
    if not folder.exists():
        folder.mkdir(parents=True)
        shutil.copyfile(PROJECT / "resources" / "dagster.yaml", folder / "dagster.yaml")
    return Home(root, root / "landing", root / "lake", dg.DagsterInstance.from_config(str(folder)))


def environment(home: Home) -> dict[str, str]:
    """The environment in which the project finds this home."""
    places = {"C360_LANDING": home.landing, "C360_LAKE": home.lake, "DAGSTER_HOME": home.root / "dagster"}
    return {**os.environ, **{name: str(place) for name, place in places.items()}}


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    url: str

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The answer to a GraphQL query; one that is refused fails the test."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(f"{self.url}/graphql", body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                found = json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from error
        assert "errors" not in found, found["errors"]
        data: dict[str, Any] = found["data"]
        return data


@contextmanager
def running(variables: Mapping[str, str], log: Path, *command: str) -> Iterator[Server]:
    """A server of Dagster over the checkout, in an environment; what it writes goes to `log`."""
    with serving([str(BIN / command[0]), *command[1:], "-w", "workspace.yaml"], PROJECT, variables, log) as server:
        yield server


@contextmanager
def serving(command: Sequence[str], folder: Path, variables: Mapping[str, str], log: Path) -> Iterator[Server]:
    """A server that is started in a folder, from its first answer to its end; what it writes goes to `log`."""
    port = _free_port()
    arguments = [*command, "-h", "127.0.0.1", "-p", str(port)]
    with log.open("wb") as written:
        process = subprocess.Popen(
            arguments, cwd=folder, env=variables, stdout=written, stderr=written, start_new_session=True
        )
    try:
        server = Server(f"http://127.0.0.1:{port}")
        _wait_for(server, process, log)
        yield server
    finally:
        _stop(process)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _wait_for(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, f"the server ended: {log.read_text()[-2000:]}"
        try:
            if server.ask("{ version }"):
                return
        except OSError:
            time.sleep(0.3)
    raise AssertionError(f"the server did not answer: {log.read_text()[-2000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ends a server and all that it started as Ctrl-C does, and by force what is then left of their process group."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(30)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def entries(metadata: list[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Metadata entries by label."""
    return {entry["label"]: entry for entry in metadata}
