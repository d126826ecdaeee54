"""Functions over Arrow arrays as column functions, the same on both engines."""

from collections.abc import Callable

import pyarrow as pa
from pyspark.sql import Column
from pyspark.sql import functions as F


def arrow_function(function: Callable[..., pa.Array], returns: str) -> Callable[..., Column]:
    """A function over Arrow arrays as a column function, with the type hints that the engines ask for.

    Call it where it is used: which kind of function it is depends on the session that is running then.
    """
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    function.__annotations__ = {name: pa.Array for name in (*names, "return")}
    udf: Callable[..., Column] = F.arrow_udf(function, returns)  # type: ignore[attr-defined]
    return udf
