"""Records of the search log."""

from datetime import date
from typing import Any

from . import keywords
from .chooser import Chooser
from .clocks import clock_text
from .pools import Pools
from .values import BAD_BYTE, Literal, Odd, Record

FIELDS = (
    "eventID", "datetime", "user_id", "keyword", "category", "proxy_isp", "platform", "networkType",
    "action", "userPlansMap",
)  # fmt: skip

NO_USERS = (None, "", "  ", "\u00a0", "\x85")
OUTCOMES = ("enter", "enter", "enter", "quit", "ENTER ", " Quit", None, "", "search", "\u3000enter")
ISPS = ("fpt", "vnpt", " viettel ", None, "", "\u00a0", "FPT")
PLATFORMS = ("android", "SmartTV ", " IOS", None, "", " ", "ÁNDROID")
NETWORKS = (
    "wifi", "WIFI", "WWAN", "3g", "4G", "5g", "ethernet", "Ethernet", "Mobile", "CELLULAR", "###",
    "cab", "6g", None, "",
)  # fmt: skip
ACTIONS = ("search", " search ", None, "", "Search")
PLANS = (
    [], None, ["KPLUS:fpt"], ["b:1", "a:2", "b:3"], [" a :x", "\u00a0:y", ":z", ""], ["plain"],
    ["Đ:1", "z:2", "Z:3", "𝐀:4", "ﬁ:5"], ["a:b:c"], [None, "a:1"], [1, True, "a:1", ["b:1"], {"c": 1}],
    "[]", '["a:b"]', ' [ "x:1" , "y:2" ] ', "not json", '{"a":1}', "null", '["a"', "[NaN]",
    '["a:1"] ["b:1"]', '["\\ud83c\\udf89:1"]', '["\\ud800:1"]', "", '["a, b:1","c:2"]', ["x\ny:1"],
)  # fmt: skip


def _user(choose: Chooser, pools: Pools) -> Any:
    user = choose.pick(pools.users)
    if choose.odd(7):
        return choose.pick(NO_USERS)
    if choose.odd(8):
        return choose.pick((f" {user}", f"\u00a0{user}\t", Literal("123456"), f"{user}{BAD_BYTE}"))
    return user


def _keyword(choose: Chooser) -> Any:
    pool = choose.pick(
        (keywords.PLAIN,) * 8 + (keywords.ODD, keywords.PERSONAL, keywords.PERSONAL, keywords.NONE, keywords.UI)
    )
    return choose.pick(pool)


def _record(choose: Chooser, pools: Pools, day: date) -> Record:
    if choose.odd(20):
        return Odd(choose.whole(0, 99))
    return {
        "eventID": choose.pick(("e1", "e2", "e10", None, "É", "")),
        "datetime": clock_text(choose, day),
        "user_id": _user(choose, pools),
        "keyword": _keyword(choose),
        "category": choose.pick(OUTCOMES),
        "proxy_isp": choose.pick(ISPS),
        "platform": choose.pick(PLATFORMS),
        "networkType": choose.pick(NETWORKS),
        "action": choose.pick(ACTIONS),
        "userPlansMap": choose.pick(PLANS),
    }


def _again(choose: Chooser, record: Record) -> Record:
    """The same record once more, one that only its event tells apart, or one that differs by little."""
    if isinstance(record, Odd) or choose.odd(3):
        return record
    options = (
        ("eventID", "e0"), ("eventID", None), ("eventID", "e9"), ("eventID", "z"), ("isp", None),
        ("action", "again"), ("keyword", "anime"), ("category", "quit"),
    )  # fmt: skip
    name, value = choose.pick(options)
    return {**record, name: value} if name in record else record


def search_records(choose: Chooser, pools: Pools, day: date, least: int, most: int) -> list[Record]:
    """The records of one day, some of them twice."""
    records = choose.many(lambda inner: _record(inner, pools, day), least, most)
    if records:
        copies = choose.many(lambda inner: inner.whole(0, len(records) - 1), 0, max(1, len(records) // 4))
        records += [_again(choose, records[place]) for place in copies]
    return records
