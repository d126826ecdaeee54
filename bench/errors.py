"""What can go wrong in a measurement. The message says what, and where to look."""


class BenchError(RuntimeError):
    """A measurement that can't go on; the command line prints its message."""


class ProcessFailed(BenchError):
    """A measured process that ended with a status other than 0."""


class NotEqual(BenchError):
    """Tables that differ; the message names table, columns and some rows."""


class NothingToMeasure(BenchError):
    """Work over no rows, whose cost would say nothing."""


class NoResult(BenchError):
    """A table of the page that was not measured yet."""


class Slower(BenchError):
    """A ratio of CPU that is well above the published one; the message names the comparisons."""
