"""What the tests of single transforms share."""

import gc
import importlib
import os
from collections.abc import Callable

import pytest
from pyspark.sql import DataFrame

from tests.model.lake import Lake
from tests.transforms import expected
from tests.transforms.frames import Row, frame_of

ENGINE_MODULES = ("pysail.spark", "pyspark.sql.connect.session", "pyspark.sql.connect.functions.builtin")


def pytest_collection_finish() -> None:
    """Makes what a process for each mutant would make anew, before mutmut's server forks them; starts no engine."""
    if "MUTANT_UNDER_TEST" in os.environ:
        expected.lake()
        for module in ENGINE_MODULES:
            importlib.import_module(module)
        gc.freeze()  # else each process walks through all of this to collect garbage


@pytest.fixture
def lake() -> Lake:
    """The tables as the model makes them. Not to be changed."""
    return expected.lake()


@pytest.fixture
def frame(session) -> Callable[[str, list[Row]], DataFrame]:
    """Makes a frame of a table's rows."""
    return lambda table, rows: frame_of(session, table, rows)
