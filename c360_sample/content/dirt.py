"""What is wrong with content rows in reality: one entry per kind.

A field kind takes (record, draw) and gives the fields that differ; it fits any format. A line kind takes (a
good line without its end, draw) and gives what is written in its place; it is for one format. Frequencies are
per million rows.
"""

from dataclasses import dataclass, replace
from datetime import date

from c360_sample.content.rows import APPS, DAY_SECONDS, ContentRows
from c360_sample.dirt import Kind, one_of, period_for, planned


class Token(str):
    """A JSON value as it is written, such as 254.0 or 1e3, which Python would write in another way."""

    __slots__ = ()


class _Absent:
    """A field that is not even there."""


ABSENT = _Absent()
Value = str | int | Token | _Absent | None


@dataclass(frozen=True)
class Record:
    """The record of a dirty row, field by field."""

    doc_id: str
    contract: Value
    mac: Value
    seconds: Value
    app: Value


_NEW_APPS = ("KARAOKE", "EDUTV", "Game Box")
_KNOWN_APPS = ("DSHD", "FIMS_RES", "BHD_RES", "VOD_RES", "BHD", "DANET")
_NO_HEX = "GHXZ"


def _address(draw: int) -> str:
    # 203.0.113.0/24 and 198.51.100.0/24 are set aside for documentation: nobody's address.
    return f"{one_of(('203.0.113', '198.51.100'), draw)}.{draw // 2 % 254 + 1}"


def _grouped(mac: str, size: int, separator: str) -> str:
    return separator.join(mac[start : start + size] for start in range(0, 12, size))


EVERY_DAY_ROWS = 2_000
"""From this many rows on, every kind occurs every day."""
ZERO_CONTRACT = "contract 0"
DUPLICATE = "the same record twice"
SECOND_ROW = "two rows of one device and app"

FIELD_KINDS: tuple[Kind, ...] = (
    Kind(ZERO_CONTRACT, 600, lambda row, n: {"contract": "0"}),
    Kind("contract 0 with spaces", 12, lambda row, n: {"contract": " 0 "}),
    Kind("contract 0 as a number", 13, lambda row, n: {"contract": 0}),
    Kind("contract is an IP address", 60, lambda row, n: {"contract": _address(n)}),
    Kind("contract empty", 40, lambda row, n: {"contract": ""}),
    Kind("contract blank", 15, lambda row, n: {"contract": one_of(("  ", "\t", "\u00a0"), n)}),
    Kind("contract null", 50, lambda row, n: {"contract": None}),
    Kind("contract left out", 15, lambda row, n: {"contract": ABSENT}),
    Kind("contract PAYTV", 30, lambda row, n: {"contract": "PAYTV"}),
    Kind("contract NONFPT037", 20, lambda row, n: {"contract": "NONFPT037"}),
    Kind("contract in lower case", 150, lambda row, n: {"contract": row.contract.lower()}),
    Kind(
        "contract with edge spaces",
        40,
        lambda row, n: {"contract": one_of((" {}", "{} ", "{}\t"), n).format(row.contract)},
    ),
    Kind("contract too long", 10, lambda row, n: {"contract": row.contract + "9"}),
    Kind("contract with a letter from elsewhere", 6, lambda row, n: {"contract": "Đ" + row.contract[1:]}),
    Kind("mac null", 150, lambda row, n: {"mac": None}),
    Kind("mac left out", 20, lambda row, n: {"mac": ABSENT}),
    Kind("mac empty", 30, lambda row, n: {"mac": ""}),
    Kind("mac with colons", 250, lambda row, n: {"mac": _grouped(row.mac, 2, ":")}),
    Kind("mac with hyphens", 100, lambda row, n: {"mac": _grouped(row.mac, 2, "-")}),
    Kind("mac with dots", 60, lambda row, n: {"mac": _grouped(row.mac, 4, ".").lower()}),
    Kind("mac with spaces", 20, lambda row, n: {"mac": f" {_grouped(row.mac, 6, ' ')} "}),
    Kind("mac in lower case", 100, lambda row, n: {"mac": row.mac.lower()}),
    Kind("mac too short", 25, lambda row, n: {"mac": row.mac[:11]}),
    Kind("mac no hex", 25, lambda row, n: {"mac": row.mac[:5] + one_of(tuple(_NO_HEX), n) + row.mac[6:]}),
    Kind("duration negative", 20, lambda row, n: {"seconds": -1 - n % 500}),
    Kind("duration over a day", 20, lambda row, n: {"seconds": DAY_SECONDS + 1 + n % 9_000}),
    Kind("duration a word", 12, lambda row, n: {"seconds": one_of(("abc", "NULL", "4h"), n)}),
    Kind("duration with a fraction", 15, lambda row, n: {"seconds": Token(f"{n % 900}.5")}),
    Kind("duration with an exponent", 10, lambda row, n: {"seconds": Token("1e3")}),
    Kind("duration with a sign", 6, lambda row, n: {"seconds": f"+{row.seconds}"}),
    Kind("duration as text", 60, lambda row, n: {"seconds": str(row.seconds)}),
    Kind("duration as text with spaces", 10, lambda row, n: {"seconds": f" {row.seconds} "}),
    Kind("duration with a zero fraction", 60, lambda row, n: {"seconds": Token(f"{row.seconds}.0")}),
    Kind("duration null", 30, lambda row, n: {"seconds": None}),
    Kind("duration left out", 8, lambda row, n: {"seconds": ABSENT}),
    Kind("duration blank", 15, lambda row, n: {"seconds": one_of(("", "  "), n)}),
    Kind("app with edge spaces", 90, lambda row, n: {"app": one_of((" {}", "{} ", " {} "), n).format(row.app)}),
    Kind("app in another case", 80, lambda row, n: {"app": one_of(("KPlus", "Channel", "vod"), n)}),
    Kind("app that is new", 50, lambda row, n: {"app": one_of(_NEW_APPS, n)}),
    Kind("app known from code", 40, lambda row, n: {"app": one_of(_KNOWN_APPS, n)}),
    Kind("app blank", 30, lambda row, n: {"app": one_of(("", " "), n)}),
    Kind("app null", 30, lambda row, n: {"app": None}),
    Kind("app with letters beyond ASCII", 6, lambda row, n: {"app": "Giải Trí"}),
    Kind("app with quotes", 6, lambda row, n: {"app": 'VOD "4K", HDR'}),
    Kind("all four fields null", 8, lambda row, n: dict.fromkeys(("contract", "mac", "seconds", "app"))),
    Kind(DUPLICATE, 300, lambda row, n: {}),
    Kind(SECOND_ROW, 400, lambda row, n: {"seconds": n % 3_000 + 1}),
)


JSON_LINE_KINDS: tuple[Kind, ...] = (
    Kind("truncated", 12, lambda line, n: line[: 20 + n % (len(line) - 25)]),
    Kind("NaN", 8, lambda line, n: line.replace(b'"_score":0', b'"_score":NaN')),
    Kind("two values", 6, lambda line, n: line + one_of((b"", b" "), n) + line),
    Kind("single quotes", 5, lambda line, n: line.replace(b'"', b"'")),
    Kind("a list", 5, lambda line, n: b"[1]"),
    Kind("an empty object", 6, lambda line, n: b"{}"),
    Kind("null", 4, lambda line, n: b"null"),
    Kind("no JSON at all", 4, lambda line, n: b"-- export continued --"),
    Kind("no _source", 15, lambda line, n: b"{" + line.partition(b'"_source":{')[2][:-1]),
    Kind("no UTF-8", 12, lambda line, n: line.replace(b'"AppName":"', b'"AppName":"\xff\xe1')),
    Kind("spaces between", 10, lambda line, n: line.replace(b":{", b" : { ").replace(b',"', b', "')),
    Kind("blank lines after", 10, lambda line, n: line + b"\n\n  \t"),
)
CSV_LINE_KINDS: tuple[Kind, ...] = (
    Kind("a field too few", 12, lambda line, n: line.rpartition(b",")[0]),
    Kind("a field too many", 12, lambda line, n: line + b",7"),
    Kind("quoted fields", 40, lambda line, n: b'"' + line.replace(b",", b'","') + b'"'),
    Kind("a line break in a field", 12, lambda line, n: b'"' + line.replace(b",", b'\n",', 1)),
    Kind("no UTF-8", 12, lambda line, n: b"\xff" + line),
    Kind("blank lines after", 10, lambda line, n: line + b"\n\n  "),
)


@dataclass(frozen=True)
class DirtyDay:
    """The rows of a day that are not as they should be: changed records, and lines to spoil, by row."""

    records: dict[int, Record]
    lines: dict[int, tuple[Kind, int]]


def dirty_day(rows: ContentRows, seed: int, day: date, line_kinds: tuple[Kind, ...]) -> DirtyDay:
    """The day's dirt; `line_kinds` are those of the format it will be written in."""
    kinds = (*FIELD_KINDS, *line_kinds)
    spots = planned(kinds, "content-dirt", seed, day, len(rows), period_for(len(rows), EVERY_DAY_ROWS))
    taken = {spot.row for spot in spots}
    zeros = sum(spot.kind.name == ZERO_CONTRACT for spot in spots)
    dirt = DirtyDay({}, {})
    for spot in spots:
        if spot.kind in line_kinds:
            dirt.lines[spot.row] = spot.kind, spot.draw
            continue
        record = record_of(rows, spot.row)
        if spot.kind.name == ZERO_CONTRACT:
            # Many boxes log under this one contract: a fiftieth of all seconds in a few rows.
            share = int(rows.seconds.sum()) // 49 // zeros
            record = replace(record, seconds=share * 3 // 4 + spot.draw % (share // 2 + 1), app="CHANNEL")
        if spot.kind.name in (DUPLICATE, SECOND_ROW):
            record = _neighbour(rows, spot.row, record, taken, same=spot.kind.name == DUPLICATE)
        dirt.records[spot.row] = replace(record, **spot.kind.make(record, spot.draw))
    return dirt


def record_of(rows: ContentRows, row: int) -> Record:
    """A clean row as a record."""
    return Record(
        doc_id=rows.doc_id[row].tobytes().decode(),
        contract=rows.contract[row].tobytes().decode(),
        mac=rows.mac[row].tobytes().decode(),
        seconds=int(rows.seconds[row]),
        app=APPS[rows.app[row]],
    )


def _neighbour(rows: ContentRows, row: int, record: Record, taken: set[int], same: bool) -> Record:
    """The next clean row's record: wholly, or with a document of its own."""
    other = (row + 1) % len(rows)
    while other in taken:
        other = (other + 1) % len(rows)
    copied = record_of(rows, other)
    return copied if same else replace(copied, doc_id=record.doc_id)
