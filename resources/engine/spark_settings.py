"""What this project sets for Apache Spark where you set nothing: Delta, one time zone and language, few partitions, S3."""

import os
from collections.abc import Mapping
from typing import Any

from resources.engine.scratch import scratch_folder
from resources.settings import EngineOptions

DELTA_JARS = "io.delta:delta-spark_4.2_2.13:4.4.0"
"""Delta's jars for Spark 4.2, fetched by Spark on first use."""
NO_DEBUGGING = ("spark.python.sql.dataFrameDebugging.enabled", "false")
"""Otherwise PySpark (4.2) looks for IPython at every call of a column function: a tenth of the CPU of small runs."""
_PACKAGES = "spark.jars.packages"


def with_defaults(defaults: dict[str, str], config: Mapping[str, Any]) -> dict[str, Any]:
    """The settings, and defaults for the rest. Packages come beside Delta's, unless they are none or have Delta too."""
    packages = config.get(_PACKAGES)
    if packages and "delta-spark" not in packages + config.get("spark.jars", ""):
        config = {**config, _PACKAGES: f"{DELTA_JARS},{packages}"}
    return {**defaults, **config}


def local_defaults(options: EngineOptions) -> dict[str, str]:
    """Settings for Spark where no master is given: all cores of this machine, few partitions, nothing left behind."""
    return {
        **driver_defaults(options),
        "spark.master": "local[*]",
        "spark.sql.shuffle.partitions": "4",
        "spark.local.dir": scratch_folder(),
        "spark.ui.enabled": "false",
    }


def driver_defaults(options: EngineOptions) -> dict[str, str]:
    """Settings for every Spark whose driver is this process: Delta, one time zone and language, quiet.

    Nothing that a cluster's own settings should say: how many partitions, where executors keep what they spill.
    """
    # In English, since texts beyond ASCII get the capitals of the JVM's language.
    fixed = "-Duser.timezone=UTC -Duser.language=en"
    return {
        "spark.app.name": "customer360",
        _PACKAGES: DELTA_JARS,
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.driver.memory": options.memory,
        # Spark puts these before `extraJavaOptions`, which stay free for the user's.
        "spark.driver.defaultJavaOptions": f"{fixed} -Dderby.system.home={scratch_folder()}",
        "spark.executor.defaultJavaOptions": fixed,
        "spark.sql.adaptive.enabled": "true",
        # Tasks that read a table's log, at each commit: 50 if not set, for far longer logs than these.
        "spark.databricks.delta.snapshotPartitions": "4",
        "spark.ui.showConsoleProgress": "false",
        NO_DEBUGGING[0]: NO_DEBUGGING[1],
        "spark.log.level": options.log_level or "OFF",
        "spark.sql.warehouse.dir": f"file:{scratch_folder()}/warehouse",
        **_s3_defaults(),
    }


def _s3_defaults() -> dict[str, str]:
    """What Hadoop's reader of S3 has other names for than everybody else; it is a package of its own, which you name."""
    settings = {"spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem"}
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if region:
        settings["spark.hadoop.fs.s3a.endpoint.region"] = region
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    if endpoint:
        settings["spark.hadoop.fs.s3a.endpoint"] = endpoint
        settings["spark.hadoop.fs.s3a.path.style.access"] = "true"
        settings["spark.hadoop.fs.s3a.connection.ssl.enabled"] = str(not endpoint.startswith("http://")).lower()
    return settings
