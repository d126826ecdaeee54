"""The engine that runs the transforms: Sail in this process, or Apache Spark with Delta.

One session per process, started when a frame is first asked for. Nothing here knows a table.
"""

import atexit
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

import dagster as dg
from dagster_pyspark import LazyPySparkResource
from py4j.protocol import Py4JError
from pydantic import Field
from pyspark.logger import PySparkLogger
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from resources.engine.shipping import ship_python
from resources.engine.spark_settings import NO_DEBUGGING, driver_defaults, local_defaults, with_defaults
from resources.engine.start_lock import start_lock
from resources.errors import EngineError
from resources.settings import EngineOptions

_CLIENT_LOGGERS = ("DataFrameQueryContextLogger", "SQLQueryContextLogger", "pyspark.sql.connect.logging")
"""Where PySpark logs an error that it raises too: with the place in a query, and as its Connect client received it."""
S3_SCHEMES = ("s3", "s3a", "s3n")
_LETTERS = "ải ά և i\u0307"
"""Turkish and Azerbaijani, Greek, Armenian and Lithuanian have capitals of their own for one of these."""


class _Process:
    """The session of this process and how to stop it."""

    session: SparkSession | None = None
    kind: str | None = None
    stop: Callable[[], None] | None = None


class Engine(dg.ConfigurableResource[Any]):
    """Gives a Spark session of the chosen engine.

    `kind` is `sail` or `spark`; `spark_config` goes to the session builder untouched (for Sail, after its start).
    """

    kind: str = Field(default="sail", description="sail (in this process) or spark (Apache Spark with delta-spark)")
    spark_config: dict[str, Any] = Field(
        default_factory=dict, description="Settings for the session, as Spark names them"
    )
    spark_memory: str = Field(default=EngineOptions.memory, description="Memory of Apache Spark's driver")
    spark_log_level: str | None = Field(default=None, description="Apache Spark's log level; quiet, if not given")

    @classmethod
    def of(cls, kind: str, options: EngineOptions) -> "Engine":
        """The engine of a kind, with its options."""
        return cls(
            kind=kind,
            spark_config=dict(options.config),
            spark_memory=options.memory,
            spark_log_level=options.log_level,
        )

    @property
    def session(self) -> SparkSession:
        """The session, started on first use.

        Raises EngineError where the engine can't start, or another one already runs in this process.
        """
        if _Process.session is None:
            start = _start_sail if self.kind == "sail" else _start_spark
            options = EngineOptions(self.spark_config, self.spark_memory, self.spark_log_level)
            if options.log_level is None:
                _silence_client()
            _Process.session, _Process.stop = start(options)
            _Process.kind = self.kind
            atexit.register(stop_engine)
        if _Process.kind != self.kind:
            raise EngineError(
                f"This process runs {_Process.kind} already", f"use one engine per process, not {self.kind} too."
            )
        return _Process.session

    def writable(self, frame: DataFrame, keeps_every_row: bool) -> DataFrame:
        """The frame as it can be written into NOT NULL columns; `keeps_every_row`: no row was taken out of it.

        Sail (0.7) checks NOT NULL with a filter of its own, which it moves below the frame's filters: rows that those
        would take out then fail the write. It moves nothing across a repartition, which costs it little. A frame
        that was only read needs none; its partitions are read one after the other into a file per core. (Not a coalesce in
        other cases: Sail deadlocks in one above a join.)
        """
        if self.kind != "sail":
            return frame
        cores = os.cpu_count() or 1
        return frame.coalesce(cores) if keeps_every_row else frame.repartition(cores)

    def require_log_store(self, uri: str) -> None:
        """Raises EngineError where Spark's commits to this place could overwrite those of others unnoticed.

        Delta for Spark (4.4) makes no conditional puts: what it takes for S3 by itself locks within one process only.
        So a log store has to be named: that says who else writes. A Spark Connect server has settings of its own.
        """
        scheme = uri.partition("://")[0]
        if self.kind != "spark" or scheme not in S3_SCHEMES or _is_remote(self.spark_config):
            return
        setting = f"spark.delta.logStore.{scheme}.impl"
        names = (setting, "spark.delta.logStore.class")
        if not any(
            self.session.conf.get(name, None) for spelled in names for name in (spelled, spelled.removeprefix("spark."))
        ):
            raise EngineError(
                f"Apache Spark can't tell on {scheme}:// whether another process commits at the same time, and would "
                "overwrite its commit",
                f"If this is the only process that writes to {uri}, upkeep included, put "
                f'"{setting}": "io.delta.storage.S3SingleDriverLogStore" into C360_SPARK_CONFIG; otherwise name a log '
                "store there that locks for all, or use C360_ENGINE=sail, which needs none.",
            )


def is_running() -> bool:
    """Whether this process has started its engine."""
    return _Process.session is not None


def stop_engine() -> None:
    """Stops the engine of this process, if it runs."""
    stop, _Process.session, _Process.kind, _Process.stop = _Process.stop, None, None, None
    if stop:
        stop()


def _silence_client() -> None:
    """Keeps PySpark from writing errors to the terminal as lines of JSON, each beside the exception that it raises.

    By their level: Dagster configures logging at each run, and that enables what was disabled.
    """
    for name in _CLIENT_LOGGERS:
        PySparkLogger.getLogger(name).setLevel(logging.CRITICAL + 1)


def _session(config: Mapping[str, Any]) -> SparkSession:
    session: SparkSession = LazyPySparkResource(spark_config=dict(config)).spark_session
    session.conf.set("spark.sql.session.timeZone", "UTC")
    return session


def _start_sail(options: EngineOptions) -> tuple[SparkSession, Callable[[], None]]:
    os.environ.setdefault("RUST_LOG", "error")  # otherwise Sail logs each query
    from pysail.spark import SparkConnectServer
    from pyspark.sql.connect.client import ChannelBuilder

    # gRPC would go through a proxy that the environment names for the internet, even to this process's own port.
    # PySpark (4.2) gives no way to say so for one session; the embedded engine's process has no other.
    ChannelBuilder.GRPC_DEFAULT_OPTIONS.append(("grpc.enable_http_proxy", 0))
    server = SparkConnectServer()
    server.start(background=True)
    _, port = server.listening_address
    session = _session({"spark.remote": f"sc://127.0.0.1:{port}", **options.config})
    session.conf.set(*NO_DEBUGGING)
    # The server is in this process: no connection breaks that would have to be taken up again. Being ready for that
    # costs two milliseconds per query, more than half of what a small one takes.
    session.client.disable_reattachable_execute()

    def stop() -> None:
        session.stop()  # before the server: otherwise the client waits for it at the end of the process
        server.stop()

    return session, stop


def _start_spark(options: EngineOptions) -> tuple[SparkSession, Callable[[], None]]:
    config = options.config
    remote = _is_remote(config)
    if not remote and not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise EngineError(
            "Apache Spark needs Java 17, and there is no java here",
            "Install it and set JAVA_HOME, or use the embedded engine with C360_ENGINE=sail.",
        )
    # Spark starts its Python workers with `python3` of the PATH, which need not be ours.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    is_local = not remote and str(config.get("spark.master", "local")).startswith("local")
    if not is_local:
        ship_python()
    if remote:
        session = _session(config)
    else:
        defaults = local_defaults(options) if is_local else driver_defaults(options)
        with start_lock(), _start_in_quiet() if options.log_level is None else nullcontext():
            session = _session(with_defaults(defaults, config))

    def stop() -> None:
        with suppress(Py4JError):  # an interrupt from the terminal reaches the JVM too, and it may be gone before us
            session.stop()

    if not is_local:
        try:
            _require_plain_capitals(session)
        except BaseException:
            stop()
            raise
    return session, stop


def _is_remote(config: Mapping[str, Any]) -> bool:
    """Whether Spark is a server elsewhere, with settings of its own."""
    return "spark.remote" in config or "SPARK_REMOTE" in os.environ


def _require_plain_capitals(session: SparkSession) -> None:
    """Raises EngineError where an executor writes capitals by the rules of a language: tables would then differ.

    For text beyond ASCII, Spark (4.2) uses the JVM's language. A server of others has its own, which no client can set.
    One executor is asked, since all are started alike.
    """
    found = session.range(1).select(F.upper(F.concat(F.lit(_LETTERS), F.col("id").cast("string")))).collect()[0][0]
    if found != f"{_LETTERS}0".upper():
        raise EngineError(
            f"This Spark upper-cases text differently from a Java in English ({_LETTERS} becomes {found[:-1]}), and would "
            "make other tables",
            "Most likely its Java has a language with capitals of its own: add -Duser.language=en to "
            "spark.driver.extraJavaOptions and spark.executor.extraJavaOptions where Spark is started.",
        )


@contextmanager
def _start_in_quiet() -> Iterator[None]:
    """Keeps what the JVM writes off the terminal: it inherits the standard error that it is started with.

    If the start fails, what it wrote is shown.
    """
    terminal = os.dup(2)
    with tempfile.TemporaryFile() as written:
        os.dup2(written.fileno(), 2)
        try:
            yield
        except Exception as error:
            written.seek(0)
            tail = written.read().decode(errors="replace").strip().splitlines()[-15:]
            raise EngineError("\n".join([f"Apache Spark did not start: {error}", *tail])) from error
        finally:
            os.dup2(terminal, 2)
            os.close(terminal)
