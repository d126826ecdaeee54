"""OpenLineage's collector on this machine, and the variables that its client reads."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.webhooks import Receiver, receiving


@contextmanager
def unconfigured() -> Iterator[pytest.MonkeyPatch]:
    """Without variables of OpenLineage. Those that the client itself sets are removed at the end."""
    before = dict(os.environ)
    with pytest.MonkeyPatch.context() as patched:
        for name in [name for name in os.environ if name.startswith("OPENLINEAGE")]:
            patched.delenv(name)
        yield patched
        for name in [name for name in os.environ if name.startswith("OPENLINEAGE_") and name not in before]:
            del os.environ[name]


@contextmanager
def collecting(configured: pytest.MonkeyPatch, folder: Path) -> Iterator[Receiver]:
    """A collector that the client's file names. The client does not try again by itself what it did not take."""
    with receiving() as receiver:
        configure(configured, folder, receiver.url)
        yield receiver


def configure(configured: pytest.MonkeyPatch, folder: Path, url: str) -> None:
    """Has the client's file name a collector."""
    file = folder / "openlineage.yml"
    file.write_text(f"transport: {{type: http, url: '{url}', retry: {{total: 0}}}}")
    configured.setenv("OPENLINEAGE_CONFIG", str(file))
