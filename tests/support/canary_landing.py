"""A landing of customers to be erased, the canaries, among others who stay: in every form, and with all dirt there is."""

import bz2
import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

import pyarrow as pa

from tests.strategies import Landed, content, search
from tests.strategies.forms import csv_file, json_file, parquet_file
from tests.strategies.style import CONTAINERS, ENCODINGS, SEPARATORS, Style

DAYS = (date(2022, 4, 1), date(2022, 4, 2))
COUNT = 40
Record = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """A contract and a user who are linked, unless it is one of the last."""

    number: int
    contract: str
    user: str

    @property
    def is_linked(self) -> bool:
        """Whether identity/ says that they belong together."""
        return self.number < COUNT - 5

    @property
    def names(self) -> list[str]:
        """What `c360 erase` is called with."""
        return [f"contract:{self.contract}"] if self.is_linked else [self.contract, f"user:{self.user}"]


CANARIES = [Person(number, f"CNRY{20011 + 7 * number}", f"{90731009 + 13 * number}") for number in range(COUNT)]
OTHERS = [Person(number, f"STAY{20011 + 7 * number}", f"{0:02}{806210 + 13 * number}") for number in range(COUNT)]


def canary_landing(people: Sequence[Person]) -> Landed:
    """Two days of both logs and the links of these people; without the canaries, all else is the same."""
    files: dict[str, bytes] = {}
    for day, (content_form, search_form) in zip(DAYS, (("json", "csv"), ("csv", "parquet")), strict=True):
        files |= _parts("log_content", content.FIELDS, content_form, day, {one: _watched(one) for one in people})
        files |= _parts("log_search", search.FIELDS, search_form, day, {one: _searched(one, day) for one in people})
    lines = b"".join(
        _odd_lines(other, canary if canary in people else None) for canary, other in zip(CANARIES, OTHERS, strict=True)
    )
    files[f"log_content/{DAYS[0]:%Y%m%d}/odd.json"] = lines
    ragged = "".join(f'{one.contract},1\nx,y,"{one.contract.lower()}\n",z,5\n' for one in people)
    beside = "".join(f"\xa0{one.contract},,7,CHANNEL\nx;\xa0{one.contract};y\n" for one in people)  # not UTF-8
    coded = "".join(f"a=%{one.contract.encode()[:1].hex()}{one.contract[1:]}&b=,c\n" for one in people)
    files[f"log_content/{DAYS[1]:%Y%m%d}/odd.csv"] = b"".join(
        [b"Contract,Mac,TotalDuration,AppName\n", ragged.encode(), beside.encode("latin-1"), coded.encode()]
    )
    return Landed(files | _links(people))


def spellings(person: Person) -> list[str]:
    """What must not be found, in lower case: a contract even if its first letter is coded."""
    return [person.contract[1:].lower(), person.user]


# What a record may have that keeps it out of the figures, or makes it look different.
_DIRT: tuple[Callable[[Record, str], None], ...] = (
    lambda record, id_field: None,
    lambda record, id_field: record.update({id_field: f" {record[id_field].lower()}\u00a0"}),
    lambda record, id_field: record.update(TotalDuration=-5, keyword=" "),
    lambda record, id_field: record.update(TotalDuration="", datetime="1970-01-01 00:00:00"),
    lambda record, id_field: record.update(AppName="TRẺ EM", category="quit"),
    lambda record, id_field: record.update(Mac="", platform=None),
)


def _watched(person: Person) -> list[Record]:
    mac = f"{(person.number * 7919 + 0xA0B0C0000000):012X}"
    plain = {"Contract": person.contract, "Mac": mac, "TotalDuration": 3600 + person.number, "AppName": "CHANNEL"}
    return [*_dirty(plain, "Contract", person), {**plain, "AppName": "VOD"}, {**plain, "AppName": "VOD"}]


def _searched(person: Person, day: date) -> list[Record]:
    plain = dict.fromkeys(search.FIELDS) | {
        "eventID": f"event-{person.number}",
        "datetime": f"{day} 20:15:36",
        "user_id": person.user,
        "keyword": "phim hay",
        "category": "enter",
        "userPlansMap": ["KPLUS:fpt"],
    }
    return [*_dirty(plain, "user_id", person), {**plain, "user_id": f"{person.user}.0"}]


def _dirty(plain: Record, id_field: str, person: Person) -> list[Record]:
    record = dict(plain)
    _DIRT[person.number % len(_DIRT)](record, id_field)
    return [plain, {name: value for name, value in record.items() if name in plain}]


def _odd_lines(other: Person, canary: Person | None) -> bytes:
    """A search engine's answer, lines that are cut off, and records that name the canary in an unknown field."""
    hits = [{"Contract": one.contract, "TotalDuration": 9, "AppName": "KPLUS"} for one in (canary, other) if one]
    lines = [json.dumps({"hits": {"hits": [{"_source": hit} for hit in hits]}})]
    if canary:
        lines += [f'{{"Contract":"{canary.contract}","TotalDur']
        lines += [f'{{"note":"moved\\n{canary.contract}\\tHa Noi', f'{{"note":"{{\\"by\\":\\"\\\\n{canary.contract}']
        for note in (
            {"by": canary.contract},
            f"moved from\n{canary.contract}",
            json.dumps({"by": f"\t{canary.contract}"}),
            f"/login?next=%2Fcustomer%2F{canary.contract}%2Fbills",
            f"<b>&#x{ord(canary.contract[0]):x};{canary.contract[1:]}</b>",
            f"\x1b[1m{canary.contract}\x1b[0m",
        ):
            lines += [json.dumps({"Contract": other.contract, "TotalDuration": 8, "note": note})]
    return "".join(f"{line}\r\n" for line in lines).encode()


def _parts(
    folder: str, names: tuple[str, ...], form: str, day: date, records: Mapping[Person, list[Record]]
) -> dict[str, bytes]:
    """The records as the parts of a day, each part in a style of its own; everybody is in several parts."""
    write = {"json": json_file, "csv": csv_file, "parquet": parquet_file}[form]
    styles = _STYLES[form]
    packs: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (
        ("", bytes), (".gz", gzip.compress), (".bz2", bz2.compress),
        (".zst", lambda data: bytes(pa.compress(data, codec="zstd", asbytes=True))),
    )  # fmt: skip
    files = {f"{folder}/{day:%Y%m%d}/_SUCCESS": b""}
    for place, style in enumerate(styles):
        some = [record for person, its in records.items() for record in its if (person.number + place) % 3 < 2]
        ending, pack = packs[place % len(packs)] if form != "parquet" else packs[0]
        files[f"{folder}/{day:%Y%m%d}/part-{place}.{form}{ending}"] = pack(write(some, names, style))
    return files


_STYLES = {
    "json": [
        Style(container=container, encoding=encoding, envelope=envelope, as_text=envelope == "message")
        for container, (encoding, envelope) in zip(
            CONTAINERS * 2, product(ENCODINGS, (None, "_source", "message")), strict=True
        )
    ],
    "csv": [
        Style(separator=separator, encoding=encoding, quote_all=encoding == "utf-8", line_end=end, extra=end == "\r\n")
        for separator, encoding, end in zip(SEPARATORS, ENCODINGS, ("\n", "\r\n", "\r", "\n"), strict=True)
    ],
    "parquet": [
        Style(codec="snappy", typed=True),
        Style(codec="zstd", envelope="_source"),
        Style(codec="gzip", envelope="log", as_text=True),
    ],
}


def _links(people: Sequence[Person]) -> dict[str, bytes]:
    """A file of links of each form. The first canary's user is linked to the second's contract, too."""
    names = ("contract", "user_id", "source")
    links = [(one.contract, one.user, "app") for one in people if one.is_linked]
    links += [(CANARIES[1].contract, CANARIES[0].user, "web")] if CANARIES[0] in people else []
    links += [("nobody", CANARIES[2].user, "")] if CANARIES[2] in people else []
    records = [dict(zip(names, link, strict=True)) for link in links]
    return {
        "identity/app.csv": csv_file(records[::3], names, Style()),
        "identity/web.json": json_file(records[1::3], names, Style()),
        "identity/tv.parquet": parquet_file(records[2::3], names, Style()),
    }
