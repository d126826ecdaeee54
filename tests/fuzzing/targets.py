"""What reads the inputs, and what has to hold whatever they are."""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

import pyarrow as pa

from c360_assets.reference.model import load_reference
from resources.errors import C360Error
from resources.lake.contents import CommitLog
from resources.lake.provenance import ProvenanceStore
from resources.landing.inspection import split_of
from resources.landing.known_fields import require_known_fields
from resources.landing.layout import Layout
from resources.landing.source import read_split
from tests.fuzzing import corpus
from tests.landing.reading import CONTENT, landed_file

LONGEST = 20.0
"""Seconds of work for one input at most, however much else the machine has to do."""
MOST_BYTES = 256 << 20
"""Memory of Arrow for one input at most; inputs have some kilobytes."""


class Finding(AssertionError):
    """Something that may not happen, with the input that it happened for."""


def read_landed(folder: Path, name: str, data: bytes) -> None:
    """A landed file gives rows or an error of ours."""
    path = folder / name
    path.write_bytes(data)
    split = split_of(CONTENT, landed_file(path))
    if split is None:
        return
    require_known_fields(CONTENT, [split])
    batches = list(read_split(CONTENT, split))
    for batch in batches:
        batch.validate(full=True)
    if split.form == "json" and split.compression is None and split.encoding == "utf-8":
        _require_all_lines(data, batches, CONTENT)


def _require_all_lines(data: bytes, batches: list[pa.RecordBatch], layout: Layout) -> None:
    """At least as many rows as lines that hold anything, but for a search engine's answers without hits."""
    lines = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r", b"\n").split(b"\n")
    filled = sum(1 for line in lines if line.decode(errors="backslashreplace").strip())
    if b'"hits"' not in data and sum(map(len, batches)) < filled:
        raise Finding(f"{sum(map(len, batches))} rows of {filled} lines")


def read_provenance(folder: Path, name: str, data: bytes) -> None:
    """A file beside a table's log gives a provenance or none."""
    place = folder / "raw_content" / "_c360"
    place.mkdir(parents=True, exist_ok=True)
    (place / "2022-04-01.json").write_bytes(data)
    store = ProvenanceStore(str(folder))
    for found in (*store.read("raw_content").values(), store.get("raw_content", None)):
        if found is not None:
            json.loads(found.to_json())


def read_commit(folder: Path, name: str, data: bytes) -> None:
    """A file of a table's log gives a commit, none, or an error of ours."""
    log = folder / "raw_content" / "_delta_log"
    log.mkdir(parents=True, exist_ok=True)
    (log / f"{0:020}.json").write_bytes(data)
    commit = CommitLog(str(folder / "raw_content"), "log_date").commit(0)
    if commit is not None:
        str((commit.data_version, commit.is_ours, sorted(map(str, commit.partitions))))


def read_reference(folder: Path, name: str, data: bytes) -> None:
    """A folder of reference data with this file is loaded or refused."""
    for other, content in corpus.reference().items():
        (folder / other).write_bytes(content)
    (folder / name).write_bytes(data)
    load_reference(folder)


Target = Callable[[Path, str, bytes], None]
TARGETS: Mapping[str, tuple[Target, Callable[[], dict[str, bytes]], int]] = {
    "landed": (read_landed, corpus.landed, 12),
    "provenance": (read_provenance, corpus.provenance, 3),
    "commit": (read_commit, corpus.commits, 2),
    "reference": (read_reference, corpus.reference, 3),
}
"""By name: what reads, its corpus, and how often it is chosen."""


def attempt(target: str, folder: Path, name: str, data: bytes) -> bool:
    """Reads an input; false if it is refused. Raises Finding where an invariant does not hold."""
    read = TARGETS[target][0]
    pool = pa.default_memory_pool()
    began, before = time.process_time(), pool.bytes_allocated()
    accepted = True
    try:
        read(folder, name, data)
    except C360Error as error:
        accepted = False
        if corpus.CANARY.lower() in str(error).lower():
            raise Finding(f"a value in the message: {error}") from error
    except Finding:
        raise
    except BaseException as error:
        raise Finding(f"{type(error).__name__}: {str(error)[:300]}") from error
    if time.process_time() - began > LONGEST:
        raise Finding(f"{time.process_time() - began:.0f} seconds")
    if pool.bytes_allocated() - before > MOST_BYTES:
        raise Finding(f"{pool.bytes_allocated() - before:,} bytes of memory")
    return accepted


def one(seed: int, folder: Path, corpora: Mapping[str, Mapping[str, bytes]]) -> tuple[str, str, bytes, bool]:
    """Makes the input of a seed and reads it: the target, the name, the bytes, and whether it was accepted."""
    random = Random(seed)
    names = list(TARGETS)
    target = random.choices(names, [TARGETS[name][2] for name in names])[0]
    name = random.choice(sorted(corpora[target]))
    data = mutated_of(random, corpora[target], name)
    try:
        return target, name, data, attempt(target, folder, name, data)
    except Finding as found:
        raise Finding(f"seed {seed}, {target}, {name}: {found}") from found


def mutated_of(random: Random, files: Mapping[str, bytes], name: str) -> bytes:
    """A changed file, now and then one that goes by the name of another."""
    source = random.choice(sorted(files)) if random.random() < 0.05 else name
    return corpus.mutated(random, files[source])
