"""A Java process of Spark's, as the pyspark package brings it: started, waited for, stopped by its id."""

import os
import re
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyspark

SPARK_HOME = Path(pyspark.__file__).parent
START_SECONDS = 120


@contextmanager
def running(
    folder: Path, name: str, command: Sequence[str], ready: str, env: Mapping[str, str]
) -> Iterator[re.Match[str]]:
    """Runs one of Spark's scripts until the block ends; gives the match of `ready` in what it logs.

    It listens on 127.0.0.1 only, and works in a folder of its own below `folder`. Raises RuntimeError, with the end of
    its log, where it is not ready in time.
    """
    home = folder / name
    home.mkdir(parents=True)
    log = home / "log"
    local = {"SPARK_HOME": str(SPARK_HOME), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_DIRS": str(home / "local")}
    script, *words = command
    with log.open("w") as out:
        process = subprocess.Popen(
            [str(SPARK_HOME / "bin" / script), *words],
            env={**os.environ, **local, **env},
            cwd=home,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _line(process, log, ready)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _line(process: subprocess.Popen[bytes], log: Path, ready: str) -> re.Match[str]:
    end = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        found = re.search(ready, log.read_text(errors="replace"))
        if found:
            return found
        time.sleep(0.2)
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
    raise RuntimeError(f"{log.parent.name} was not ready (status {process.poll()}):\n{tail}")
