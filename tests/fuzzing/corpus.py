"""Valid inputs to begin with, each with a canary in every value, and what changes their bytes."""

import bz2
import gzip
import io
import json
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq

from resources.lake.provenance import Provenance
from resources.settings import REFERENCE

CANARY = "QWXCANARYQWX"
FIELDS = ("Contract", "Mac", "TotalDuration", "AppName")
RECORDS = [dict(zip(FIELDS, (f"ABC10{n:04}", f"{CANARY}{n}", n, "VOD"), strict=True)) for n in range(30)]
_TOKENS = (
    *(
        b"\n",
        b"\r",
        b'"',
        b"\\",
        b"\0",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\x1e",
        b"1e999",
    ),
    *(b"[" * 3000, b'{"a":' * 2000, b'"' * 9, b"\\u", b"\\ud800", b"NaN", b"-0", b"null", b'{"hits":{"hits":[1]}}'),
    *(b'{"_source":"{\\"Contract\\":1}"}', b"sep=;\n", "\u2028\u0130".encode(), b"\x1f\x8b", b"PAR1", b"9" * 400),
)


def landed() -> dict[str, bytes]:
    """A file of each form, by its name."""
    lines = "".join(json.dumps(record) + "\n" for record in RECORDS)
    nested = "".join(json.dumps({"_id": CANARY, "_source": record, "more": [record]}) + "\n" for record in RECORDS)
    rows = [",".join(FIELDS), *(",".join(map(str, record.values())) for record in RECORDS)]
    quoted = [rows[0] + ",x", *(f'"{CANARY}","a\nb",1,"c ""d""",{CANARY}' for _ in RECORDS)]
    texts = {
        "lines.json": lines,
        "nested.json": nested,
        "array.json": json.dumps(RECORDS, indent=1),
        "hits.json": json.dumps({"hits": {"hits": [{"_source": record} for record in RECORDS]}}),
        "rows.csv": "\n".join(rows),
        "quoted.csv": "\r\n".join(quoted),
    }
    files = {name: text.encode() for name, text in texts.items()}
    files["wide.json"] = lines.encode("utf-16")
    for name, pack in (("gz", gzip.compress), ("bz2", bz2.compress), ("zst", _zstd)):
        files[f"packed.json.{name}"] = pack(nested.encode())
    files["flat.parquet"] = _parquet(pa.Table.from_pylist(RECORDS))
    deep = [{"_source": record, "lists": [[record, None], []], "text": CANARY} for record in RECORDS]
    files["deep.parquet"] = _parquet(pa.Table.from_pylist(deep))
    return files


def _zstd(data: bytes) -> bytes:
    return bytes(pa.compress(data, "zstd", asbytes=True))


def _parquet(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def provenance() -> dict[str, bytes]:
    """Files beside the log of a table."""
    full = Provenance("v", 3, None, {f"{CANARY}.json": "d"}, "r", True, 4, "c", "e", {"m": "w"}, {"m": {"a": 0.5}})
    return {"full": full.to_json().encode(), "empty": b"", "first": b'{"version": "v", "rows": 1}'}


def commits() -> dict[str, bytes]:
    """A commit of a table's log."""
    actions = [
        {"commitInfo": {"timestamp": 1, "operation": "WRITE", "userMetadata": "dagster run 1: all, data version v"}},
        {"add": {"path": "a.parquet", "partitionValues": {"log_date": "2022-04-01"}, "size": 1, "dataChange": True}},
        {"remove": {"path": "b.parquet", "partitionValues": {"log_date": "2022-04-02"}, "dataChange": True}},
    ]
    return {"commit": "\n".join(map(json.dumps, actions)).encode()}


def reference() -> dict[str, bytes]:
    """The files of the reference data."""
    return {path.name: path.read_bytes() for path in sorted(REFERENCE.iterdir()) if path.suffix in (".csv", ".toml")}


def mutated(random: Random, data: bytes) -> bytes:
    """The bytes with one to four changes: cut, flipped, doubled, swapped, inserted, a range of one byte."""
    for _ in range(random.choice((1, 1, 2, 4))):
        start = random.randrange(len(data) + 1)
        stop = min(len(data), start + random.choice((1, 1, 4, 40, 400)))
        some = data[start:stop]
        change = random.randrange(7)
        if change == 0:
            data = data[:start]
        elif change == 1:
            data = data[:start] + data[stop:]
        elif change == 2 and some:
            data = data[:start] + bytes([some[0] ^ (1 << random.randrange(8))]) + data[start + 1 :]
        elif change == 3:
            data = data[:stop] + some * random.choice((1, 1, 50)) + data[stop:]
        elif change == 4:
            data = some + data[:start] + data[stop:]
        elif change == 5:
            data = data[:start] + random.choice(_TOKENS) + data[start:]
        else:
            data = data[:start] + bytes([random.randrange(256)]) * len(some) + data[stop:]
    return data
