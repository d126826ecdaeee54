"""What takes too long is given up on, and no process waits for it."""

import subprocess
import sys
import time

import pytest

from c360_assets.notifications.deadline import within

pytestmark = pytest.mark.unit


def test_what_a_call_returns_or_raises_is_passed_on():
    assert within(5, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 / 0)


def test_what_takes_longer_is_given_up_on():
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        within(0.1, lambda: time.sleep(5))
    assert time.monotonic() - began < 3


def test_a_process_ends_without_it():
    program = "import time\nfrom c360_assets.notifications.deadline import within\nwithin(0.1, lambda: time.sleep(600))"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, check=False)
    assert b"TimeoutError" in ended.stderr
