"""A standalone Spark cluster, and a Spark Connect server, each in processes of its own on this machine."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from resources.engine.spark_settings import DELTA_JARS
from tests.cluster.jvm import running

_DEPLOY = "org.apache.spark.deploy"
_SMALL = {
    "SPARK_DAEMON_MEMORY": "256m",
    "SPARK_DAEMON_JAVA_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "SPARK_MASTER_OPTS": "-Dspark.master.rest.enabled=false",
}
WORKERS = 2

DELTA = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
}
"""What the owner of a Spark Connect server has to set, beside Delta's jars."""


@contextmanager
def standalone_cluster(folder: Path) -> Iterator[str]:
    """A master and two workers of one core and 1 GB each; gives the master's URL."""
    with ExitStack() as stack:
        master = [f"{_DEPLOY}.master.Master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0"]
        ready = r"Starting Spark master at (spark://127\.0\.0\.1:\d+)"
        url = stack.enter_context(running(folder, "master", ["spark-class", *master], ready, _SMALL)).group(1)
        for number in range(WORKERS):
            worker = [f"{_DEPLOY}.worker.Worker", "--host", "127.0.0.1", "--webui-port", "0", "-c", "1", "-m", "1g"]
            name = f"worker-{number}"
            command = ["spark-class", *worker, "--work-dir", str(folder / name / "work"), url]
            stack.enter_context(running(folder, name, command, "Successfully registered with master", _SMALL))
        yield url


@contextmanager
def connect_server(folder: Path, python: Path, config: Mapping[str, str]) -> Iterator[str]:
    """A Spark Connect server with Delta, whose Python workers run `python`; gives the URL for clients."""
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": "0",
        **DELTA,
        **config,
    }
    words = ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "--packages", DELTA_JARS]
    for name, value in settings.items():
        words += ["--conf", f"{name}={value}"]
    ready = r"Spark Connect server started at: /?127\.0\.0\.1:(\d+)"
    env = {"PYSPARK_PYTHON": str(python)}
    with running(folder, "connect", ["spark-submit", *words, "spark-internal"], ready, env) as started:
        yield f"sc://127.0.0.1:{started.group(1)}"
