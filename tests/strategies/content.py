"""Records of the content log."""

from collections.abc import Sequence
from typing import Any

from .chooser import Chooser
from .pools import Pools
from .values import BAD_BYTE, Literal, Odd, Record

FIELDS = ("Contract", "Mac", "TotalDuration", "AppName")
DOCUMENT = ("_index", "_type", "_id", "_score")

APPS = ("CHANNEL", "VOD", "CHILD", "KPLUS", "RELAX", "FIMS", "SPORT")
ODD_APPS = (
    "DSHD", "KPlus", "FIMS_RES", "BHD_RES", "VOD_RES", "BHD", "DANET", "NEWAPP", "unknown", "straße",
    "kênh mới", " channel ", "vod\u00a0", "\u3000Vod", "vod\x1c", "v od", None, "", " \t",
    f"VOD{BAD_BYTE}", 7, True,
)  # fmt: skip
NO_CONTRACTS = (
    "0", None, "", "  ", "\u00a0\u3000", " 0 ", "\u20280", "00", 0, Literal("-0"), Literal("0.0"),
    "113.182.209.48", "PAYTV", "NONFPT037", "HN1234567", "ABCDEF123", "HNH57991", "HNH5799123",
    "HNĐ579912", "HNH57991\u0662", "HNH 79912", "HNH579912\u200b", "HNH579912\x1c", "HNH57991X",
    "579912HNH", True, ["HNH579912"], {"id": "HNH579912"}, f"HNH57991{BAD_BYTE}", "𝐇NH579912",
)  # fmt: skip
NO_MACS = (
    None, "", " ", "unknown", "0C96E62FC55", "0C96E62FC55CA", "0C96E62FC55G", "0C_96E62FC55C",
    "0C/96/E6/2F/C5/5C", "0C96E62FC55C\u200b", 0, 123456789012,
)  # fmt: skip
SECONDS = (60, 100, 254, 3600, 43200, 86399, 86400)
NO_SECONDS = (
    None, "", " ", "\u2003", 0, "0", "0.0", " 000 ", Literal("-0"), Literal("-0.0"), Literal("0.00"),
    -5, "-5", "-0", Literal("1e3"), "1e3", "1E3", "+254", 86401, "86401", "86400.5", Literal("12.5"),
    "254.", ".5", "254,0", "2 54", "٢٥٤", "²", "abc", "NaN", True, [254], {"s": 254}, 10**30, "254.0a",
    "254\x1c", "0x10",
)  # fmt: skip

# Seconds of one device's apps that pass the day, with remainders, ties and rows cut to nothing.
OVER_THE_DAY: tuple[tuple[tuple[str, int], ...], ...] = (
    (("CHANNEL", 86400), ("VOD", 86400)),
    (("CHANNEL", 28801), ("VOD", 28800), ("KPLUS", 28800)),
    (("CHANNEL", 86400), ("VOD", 1)),
    (("VOD", 33333), ("CHILD", 33333), ("SPORT", 33333)),
    (("CHANNEL", 50000), ("CHANNEL", 50001)),
    (("CHANNEL", 86400), ("CHANNEL", 86399), ("FIMS", 1), ("RELAX", 2)),
    (("KPLUS", 43200), ("CHANNEL", 43200), ("VOD", 1)),
    (("A", 17281), ("B", 17280), ("C", 17280), ("D", 17280), ("E", 17280)),
    (("CHANNEL", 40000), ("VOD", 46400)),
)


def _contract(choose: Chooser, pools: Pools) -> Any:
    name = choose.pick(pools.contracts)
    if choose.odd(6):
        return choose.pick(NO_CONTRACTS)
    if choose.odd(4):
        spellings = (
            name.lower(),
            f" {name} ",
            f"\u00a0{name.lower()}\u3000",
            name.replace("S", "ſ"),
            f"\x85{name}",
        )
        return choose.pick(spellings)
    return name


def _mac(choose: Chooser, pools: Pools) -> Any:
    mac = choose.pick(pools.macs)
    if choose.odd(6):
        return choose.pick(NO_MACS)
    if choose.odd(4):
        pairs = [mac[place : place + 2] for place in range(0, 12, 2)]
        lower, dotted = ":".join(pairs).lower(), f"{mac[:4]}.{mac[4:8]}.{mac[8:]}"
        return choose.pick((lower, "-".join(pairs), dotted, f" {mac.lower()}\t", "\u00a0".join(pairs), f"{mac}:"))
    return mac


def _seconds(choose: Chooser) -> Any:
    if choose.odd(6):
        return choose.pick(NO_SECONDS)
    seconds = choose.whole(1, 86400) if choose.odd(5) else choose.pick(SECONDS)
    if choose.odd(5):
        spellings = (f"{seconds}", f" {seconds} ", f"{seconds}.0", f"0{seconds}", f"\u00a0{seconds}.00\n")
        return choose.pick((*spellings, Literal(f"{seconds}.0")))
    return seconds


def _record(choose: Chooser, contract: Any, mac: Any, app: Any, seconds: Any) -> dict[str, Any]:
    return {
        "_index": choose.pick(("history", "history", None)),
        "_type": choose.pick(("kplus", None, "fplay")),
        "_id": choose.pick((None, "AX_momhia1FFivsGrn9o", "AX_2", 3)),
        "_score": choose.pick((0, None, Literal("0.0"), Literal("1.50"))),
        "Contract": contract,
        "Mac": mac,
        "TotalDuration": seconds,
        "AppName": app,
    }


def _single(choose: Chooser, pools: Pools) -> list[Record]:
    if choose.odd(25):
        return [_record(choose, None, None, None, None)]
    app = choose.pick(ODD_APPS) if choose.odd(5) else choose.pick(APPS)
    return [_record(choose, _contract(choose, pools), _mac(choose, pools), app, _seconds(choose))]


def _over_the_day(choose: Chooser, pools: Pools) -> list[Record]:
    """One device with more seconds than a day has; now and then the device is not known."""
    contract = choose.pick(pools.contracts)
    mac = None if choose.odd(6) else choose.pick(pools.macs)
    recipe: Sequence[tuple[str, int]] = choose.pick(OVER_THE_DAY)
    if choose.odd(3):
        recipe = [(app, choose.whole(17000, 86400)) for app in APPS[: choose.whole(2, 5)]]
    return [
        {**_record(choose, contract, mac, app, seconds), "_id": f"over{place}"}
        for place, (app, seconds) in enumerate(recipe)
    ]


def _tied(choose: Chooser, pools: Pools) -> list[Record]:
    """A contract of few rows with as much of one category as of another."""
    contract, seconds = f"TIE00000{choose.whole(0, 9)}", choose.pick(SECONDS[:4])
    mac = choose.pick((None, pools.macs[0]))
    apps = ("SPORT", choose.pick(("CHANNEL", "VOD", "CHILD", "FIMS", "NEWAPP")))
    return [_record(choose, contract, mac, app, seconds) for app in apps]


def _group(choose: Chooser, pools: Pools) -> list[Record]:
    """Records that belong together."""
    kind = choose.pick((_single,) * 14 + (_over_the_day, _tied))
    if kind is _single and choose.odd(15):
        return [Odd(choose.whole(0, 99))]
    return kind(choose, pools)


def _again(choose: Chooser, record: Record) -> Record:
    """The same record once more, or one so like it that it must not be taken for a copy."""
    if isinstance(record, Odd) or not choose.odd(3):
        return record
    name, value = choose.pick((("_id", "AX_again"), ("Contract", "lower"), ("AppName", None), ("_score", 2)))
    if value == "lower":
        value = record[name].lower() if isinstance(record[name], str) else record[name]
    return {**record, name: value}


def content_records(choose: Chooser, pools: Pools, least: int, most: int) -> list[Record]:
    """The records of one day, some of them twice."""
    groups = choose.many(lambda inner: _group(inner, pools), least, most)
    records = [record for group in groups for record in group]
    if records:
        copies = choose.many(lambda inner: inner.whole(0, len(records) - 1), 0, max(1, len(groups) // 4))
        records += [_again(choose, records[place]) for place in copies]
    return records
