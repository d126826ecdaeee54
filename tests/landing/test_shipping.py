"""What is sent to the executors of a cluster names nothing of this project, which their machines do not have."""

import io
import subprocess
import sys
from collections.abc import Callable

import pytest
from pyspark import cloudpickle

from c360_assets.text.columns import folded
from resources.engine.shipping import PACKAGES, ship_python
from resources.landing.process_cache import ProcessCache
from resources.landing.source import LandedSource, read_split

pytestmark = pytest.mark.unit


def _sent(value: object) -> bytes:
    """What a query sends of a value, in a process of its own registry."""
    registered = set(cloudpickle.cloudpickle._PICKLE_BY_VALUE_MODULES)
    try:
        ship_python()
        written = io.BytesIO()
        cloudpickle.CloudPickler(written).dump(value)
        return written.getvalue()
    finally:
        cloudpickle.cloudpickle._PICKLE_BY_VALUE_MODULES.intersection_update(registered)


@pytest.mark.parametrize("value", [LandedSource, read_split, folded])
def test_a_python_without_the_project_reads_it_and_sends_it_on(value: Callable[..., object]) -> None:
    """Spark's workers plan a read in one process and read in another: what they got is sent once more."""
    hide = "".join(f"sys.modules[{package!r}] = None; " for package in PACKAGES)
    code = f"import sys; {hide}from pyspark import cloudpickle as c; print(c.loads(c.dumps(c.load(sys.stdin.buffer))))"
    read = subprocess.run([sys.executable, "-c", code], input=_sent(value), capture_output=True)
    assert value.__name__ in read.stdout.decode(), read.stderr.decode()


def test_a_cache_is_sent_without_its_results() -> None:
    @ProcessCache
    def pair(number: int) -> list[int]:
        return [number, number]

    assert pair(2) is pair(2)
    arrived = cloudpickle.loads(_sent(pair))
    assert arrived(2) == pair(2)
    assert arrived(2) is not pair(2)
    assert arrived(2) is arrived(2)
