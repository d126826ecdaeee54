"""How this project's Python reaches the executors of a cluster, which do not have the project."""

from importlib import import_module

from pyspark import cloudpickle

PACKAGES = ("c360_assets", "resources")


def ship_python() -> None:
    """Sends this project's Python to the executors with each query, so that they need only pyspark's own packages.

    Otherwise they would be sent the names of functions, and look for them in packages that a cluster does not have.
    """
    for package in PACKAGES:
        cloudpickle.register_pickle_by_value(import_module(package))  # type: ignore[no-untyped-call]
