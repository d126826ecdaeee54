"""Landed records made by hand for rules that chance seldom meets: exact cuts, ties at each level, ages of profiles."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from tests.strategies import Landed

Record = dict[str, Any]


def _lines(records: Sequence[Record]) -> bytes:
    return "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records).encode()


def _watched(contract: str, seconds: int, app: str = "CHANNEL", mac: str | None = None) -> Record:
    return {"_id": "1", "Contract": contract, "Mac": mac, "TotalDuration": seconds, "AppName": app}


# Four equal gaps between q1 and q3, so that one contract lies on each; the fence of 2022-09 and 2022-12 is just
# not passed, that of 2022-10 is. Of three days one and two are the cuts of activeness.
# EDG000001 comes back after three months, EDG000002 after two, EDG000003 after four; EDG000004 does not.
_QUARTILES: dict[str, list[Record]] = {
    "20220901": [
        *(_watched("EDG000001", 10), _watched("EDG000002", 10), _watched("EDG000003", 10)),
        *(_watched("EDG000004", 40), _watched("EDG000005", 35)),
    ],
    "20220903": [_watched("EDG000002", 10), _watched("EDG000003", 10), _watched("EDG000005", 35)],
    "20220930": [_watched("EDG000003", 10)],
    "20221002": [_watched("LIF000001", 10), _watched("EDG000002", 20), _watched("LIF000002", 30)],
    "20221031": [_watched("LIF000003", 40), _watched("EDG000005", 71)],
    "20221201": [_watched("EDG000001", 10), _watched("EDG000002", 20), _watched("EDG000005", 30)],
    "20221231": [_watched("LIF000004", 40), _watched("LIF000005", 70), _watched("EDG000002", 1)],
    "20230115": [_watched("EDG000003", 10), _watched("EDG000001", 11), _watched("LIF000006", 5)],
    "20230301": [_watched("EDG000003", 10), _watched("LIF000007", 5)],
    "20230302": [],
    "20230331": [],
    "20230401": [],
    "20230501": [_watched("LIF000007", 5)],
    "20230601": [_watched("LIF000008", 5)],
    "20230701": [_watched("LIF000008", 5), _watched("LIF000009", 5), _watched("LIF000009", 1, "SPORT")],
}

_MAC = "0C96E62FC55C"

# Of as much watched, the category of more days wins, else the first; as much beyond the others' share, the first.
_TIES: dict[str, list[Record]] = {
    "20221101": [
        *(_watched("TIE000001", 60), _watched("TIE000001", 30, "SPORT")),
        *(_watched("TIE000002", 60, "VOD"), _watched("TIE000002", 60)),
        *(_watched("TIE000003", 61, "FIMS"), _watched("TIE000003", 30, "SPORT")),
        *(_watched("TIE000004", 10, "CHILD"), _watched("TIE000004", 20, "RELAX")),
        *(_watched("TIE000005", 10, "CHILD"), _watched("TIE000005", 20, "RELAX")),
        *(_watched("TIE000006", 50, "NEWAPP"), _watched("TIE000006", 50, "SPORT"), _watched("TIE000006", 49)),
        # A day on which an app is cut to 0 s does not count as a day; one with a second does.
        *(_watched("TIE000007", 60, "CHILD"), _watched("TIE000007", 60, "SPORT")),
        *(_watched("TIE000008", 60, "CHILD"), _watched("TIE000008", 59, "SPORT")),
        *(_watched("TIE000009", 10), _watched("TIE000009", 1, "CHILD")),
        *(_watched("TIE000010", 60, "SPORT"), _watched("TIE000010", 30, "NEWAPP")),
        # A device with just a day, and one with a second more.
        *(_watched("CAP000001", 43200, "CHANNEL", _MAC), _watched("CAP000001", 43200, "VOD", _MAC)),
        *(_watched("CAP000002", 43200, "VOD", _MAC), _watched("CAP000002", 43201, "CHANNEL", _MAC)),
        *(_watched("CAP000003", 43200, "VOD", _MAC), _watched("CAP000003", 43200, "CHANNEL", _MAC)),
        *(_watched("CAP000003", 1, "CHILD", _MAC), _watched("CAP000003", 7, "VOD", _MAC[::-1])),
        # Odd remainders that go to the first of three equal apps; a device that is not known is not cut.
        *(_watched("CAP000004", 80000, app, _MAC) for app in ("VOD", "BHD", "FIMS", "CHILD", "RELAX", "SPORT", "DSHD")),
        *(_watched("CAP000005", 80000, app, "no mac") for app in ("VOD", "BHD")),
        _watched("CAP000006", 100, "VOD", "0C96E62FC5X5C"),
    ],
    "20221115": [
        *(_watched("TIE000001", 30, "SPORT"), _watched("TIE000003", 30, "SPORT")),
        *(_watched("TIE000007", 86400, mac=_MAC), _watched("TIE000007", 1, "SPORT", _MAC)),
        _watched("TIE000008", 1, "SPORT"),
        _watched("TIE000010", 30, "NEWAPP"),
    ],
}


def _twice_but_for(record: Record, others: Record) -> Iterator[Record]:
    """The record, a copy, and for each of the fields one that differs in it only."""
    yield from (record, record)
    for name, value in others.items():
        yield {**record, name: value}


_COPIES = {
    "20221130": list(
        _twice_but_for(
            {"_index": "i", "_type": "t", "_id": "1", "_score": 0, **_watched("CPY000001", 100, mac=_MAC)},
            {
                "_index": "j",
                "_type": "u",
                "_id": "2",
                "_score": 1,
                "Contract": "cpy000001",
                "Mac": _MAC.lower(),
                "TotalDuration": "100.0",
                "AppName": "channel",
            },
        )
    )
}


def _search(user: str, keyword: str, at: str | None = None, outcome: str = "enter", **more: Any) -> Record:
    return {"eventID": "e", "datetime": at, "user_id": user, "keyword": keyword, "category": outcome, **more}


_CHOICES: list[Record] = [
    # More entered; of as many entered, more of any outcome.
    *(_search("200001", "rambo", "2022-09-01 10:00:00"), _search("200001", "rambo", "2022-09-01 10:00:01")),
    *(_search("200001", "venom", "2022-09-01 08:00:00"), _search("200001", "venom", "2022-09-01 08:00:01")),
    _search("200001", "venom", "2022-09-01 08:00:02", "quit"),
    _search("200002", "rambo", "2022-09-01 08:00:00"),
    *(_search("200002", "avengers", f"2022-09-01 09:00:0{second}", "quit") for second in range(3)),
    # Later; of as late, in text order.
    *(_search("200003", "rambo", "2022-09-01 10:00:00"), _search("200003", "venom", "2022-09-01 11:00:00")),
    *(_search("200003", "rambo", "2022-09-01 10:30:00"), _search("200003", "venom", "2022-09-01 09:00:00")),
    *(_search("200004", "venom", "2022-09-01 10:00:00"), _search("200004", "rambo", "2022-09-01 10:00:00")),
    # The day's midnight where there is no time.
    *(_search("200005", "rambo", "2022-09-01 23:59:59"), _search("200006", "rambo", "2022-09-02 05:00:00")),
    # Spellings: more of any outcome, then text order.
    *(_search("200007", "Venom", "2022-09-01 10:00:00"), _search("200007", "venom", "2022-09-01 10:00:01", "quit")),
    _search("200007", "venom", "2022-09-01 10:00:02", "quit"),
    *(_search("200008", "venom", "2022-09-01 10:00:00"), _search("200008", "Venom", "2022-09-01 10:00:00")),
]

# Phrases of the dictionary: of equal length and other categories, the longest, the whole, part of a word, none.
_PHRASES = (
    *("twice bluey", "messi twice", "messi avengers", "avengers messi", "messiah", "rap viet nhac"),
    *("xem messi", "messi messi", "vtv cup bong chuyen", "no such thing", "cup bong chuyen", "messi"),
    *("xdie hard die", "die hardx"),
)

# What each of these users searches for in 2022-09 and in 2022-10: every trend.
_TRENDS = {
    "210001": ("messi", "messi"),
    "210002": ("messi", "rambo"),
    "210003": ("messi", None),
    "210004": (None, "messi"),
    "210005": ("nothing known", "messi"),
    "210006": ("messi", "nothing known"),
    "210007": ("nothing known", "nothing known"),
    "210008": ("nothing known", None),
    "210009": (None, "nothing known"),
}

# How often each of these users searches in 2022-09 and in 2022-10, and its contract.
_USERS = {
    "300001": (1, 2, "USR000001"),
    "300002": (2, 2, "USR000001"),
    "300003": (1, 1, "USR000002"),
    "300004": (1, 1, "USR000002"),
    "300005": (1, 0, "USR000003"),
    "300006": (2, 0, "USR000003"),
    "300007": (3, 0, "USR000004"),
    "300008": (0, 1, "USR000004"),
    "300009": (0, 3, "EDG000005"),
    "300010": (0, 2, "EDG000005"),
    "300011": (5, 2, "LIF000001"),
    "300012": (0, 3, "LIF000001"),
    "300013": (0, 1, "USR000005"),
    "300014": (1, 1, "USR000005"),
    # Many that are equal in all, so that no other order than that of the text settles them by luck.
    **{f"31{place:04}": (0, 1, f"USR0001{place % 8:02}") for place in range(48)},
}

_FIELDS: Record = {
    "datetime": "2022-10-02 10:00:01",
    "user_id": "0400001",
    "keyword": "Rambo",
    "category": "quit",
    "proxy_isp": "b",
    "platform": "b",
    "networkType": "3g",
    "action": "b",
    "userPlansMap": ["b:1"],
}
_ONE = _search(
    "400001", "rambo", "2022-10-02 10:00:00", proxy_isp="a", platform="a", networkType="wifi", action="a",
    userPlansMap=["a:1"],
)  # fmt: skip


def _often(of_month: int, day: str) -> list[Record]:
    return [
        _search(user, "rambo", f"{day} 10:00:{second:02}")
        for user, often in _USERS.items()
        for second in range(often[of_month])
    ]


_SEARCHES: dict[str, list[Record]] = {
    "20220901": [
        *_CHOICES,
        *(_search(f"22{place:04}", phrase) for place, phrase in enumerate(_PHRASES)),
        *(_search(user, before) for user, (before, _) in _TRENDS.items() if before),
        *_often(0, "2022-09-01"),
    ],
    "20220902": [_search("200005", "venom"), _search("200006", "venom")],
    "20221002": [
        *(_search(user, now) for user, (_, now) in _TRENDS.items() if now),
        *_often(1, "2022-10-02"),
        *_twice_but_for(_ONE, _FIELDS),
        {**_ONE, "eventID": "d"},
        {**_ONE, "eventID": None},
        # Fields that look alike when they are put one behind the other.
        *({**_ONE, "proxy_isp": isp, "platform": platform} for isp, platform in (("c", "d:e"), ("c:d", "e"))),
        *(
            {**_ONE, "proxy_isp": isp, "platform": platform}
            for isp, platform in (("0", "abcdefgh1z"), ("10abcdefgh", "z"))
        ),
        *({**_ONE, "proxy_isp": isp, "platform": platform} for isp, platform in ((None, "-"), ("-", None), ("", None))),
    ],
    "20221031": [_search("210001", "messi")],
    "20230205": [_search("300001", "messi"), _search("200001", "rambo")],
    "20230315": [_search("300001", "rambo")],
    "20230402": [],
    "20230501": [_search("300001", "messi"), _search("500001", "no such thing")],
}

_LINKS = (
    *(f"{contract},{user},web" for user, (_, _, contract) in _USERS.items()),
    # One link from several sources, in several spellings; one contract that is none does not hurt.
    *("EDG000001,600001,web", "EDG000001,600001,", "edg000001, 600001 ,app", "PAYTV,600001,app"),
    # Of two contracts: all its links go.
    *("EDG000002,600002,", "EDG000003,600002,", "EDG000002,600002,", "EDG000002,600003,", "EDG000002, ,x"),
    "one,two,three,four",
)


def corner_cases() -> Landed:
    """Days from 2022-09 on, and links."""
    logs = {"log_content": {**_QUARTILES, **_TIES, **_COPIES}, "log_search": _SEARCHES}
    files = {f"{log}/{day}.json": _lines(records) for log, days in logs.items() for day, records in days.items()}
    return Landed({**files, "identity/corner.csv": "\n".join(("contract,user_id,source", *_LINKS)).encode()})
