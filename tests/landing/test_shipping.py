"""What is sent to the executors of a cluster names nothing of this project, which their machines do not have."""

import io
import subprocess
import sys
from collections.abc import Callable
from functools import cache

import pytest
from pyspark import cloudpickle

from c360_assets.text.columns import folded
from resources.engine.shipping import PACKAGES, ship_python
from resources.landing.source import LandedSource, read_split

pytestmark = pytest.mark.unit


def _sent(value: object) -> bytes:
    """What a query sends of a value, in a process of its own registry."""
    registered = set(cloudpickle.cloudpickle._PICKLE_BY_VALUE_MODULES)
    table = dict(cloudpickle.CloudPickler.dispatch_table.maps[0])
    try:
        ship_python()
        written = io.BytesIO()
        cloudpickle.CloudPickler(written).dump(value)
        return written.getvalue()
    finally:
        cloudpickle.cloudpickle._PICKLE_BY_VALUE_MODULES.intersection_update(registered)
        cloudpickle.CloudPickler.dispatch_table.maps[0].clear()
        cloudpickle.CloudPickler.dispatch_table.maps[0].update(table)


@pytest.mark.parametrize("value", [LandedSource, read_split, folded])
def test_a_python_without_the_project_reads_what_is_sent(value: Callable[..., object]) -> None:
    hide = "".join(f"sys.modules[{package!r}] = None; " for package in PACKAGES)
    code = f"import sys, pickle; {hide}print(pickle.load(sys.stdin.buffer).__module__)"
    read = subprocess.run([sys.executable, "-c", code], input=_sent(value), capture_output=True)
    assert read.stdout.decode().strip() == value.__module__, read.stderr.decode()


def test_a_cached_function_arrives_cached() -> None:
    @cache
    def double(number: int) -> list[int]:
        return [number, number]

    arrived = cloudpickle.loads(_sent(double))
    assert arrived(2) == [2, 2]
    assert arrived(2) is arrived(2)
