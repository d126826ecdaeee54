"""Calls that are made side by side: their results, their errors, and Ctrl-C."""

import os
import signal
import subprocess
import sys
import time
from threading import Barrier

import pytest

from resources.settings import PROJECT
from resources.threads import side_by_side

pytestmark = pytest.mark.unit

COUNTING = """
import itertools, sys
from resources.threads import side_by_side
print("begun", flush=True)
try:
    while True:
        side_by_side(str, range(50), 16)
except KeyboardInterrupt:
    sys.exit(130)
"""


def test_results_are_in_the_order_of_the_items_whichever_call_ends_first() -> None:
    waits = [0.05, 0.0, 0.02, 0.0]

    def wait(place: int) -> int:
        time.sleep(waits[place])
        return place * place

    assert side_by_side(wait, range(4), 4) == [0, 1, 4, 9]
    assert side_by_side(wait, [], 4) == []


def test_the_calls_are_made_at_the_same_time() -> None:
    together = Barrier(3, timeout=10)
    assert sorted(side_by_side(lambda item: together.wait(), range(3), 3)) == [0, 1, 2]


def test_an_error_is_raised_and_no_further_call_is_begun() -> None:
    called: list[int] = []

    def refuse(item: int) -> None:
        called.append(item)
        if item == 3:
            raise OSError("it is gone")
        time.sleep(0.01)

    with pytest.raises(OSError, match="it is gone"):
        side_by_side(refuse, range(1000), 2)
    assert len(called) < 100


def test_ctrl_c_ends_it() -> None:
    environ = {**os.environ, "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen([sys.executable, "-c", COUNTING], env=environ, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "begun\n"
        time.sleep(0.2)
        running.send_signal(signal.SIGINT)
        try:
            assert running.wait(timeout=60) == 130
        finally:
            running.kill()
