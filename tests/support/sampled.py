"""A sampled landing zone: days of two months, with enough people and searches for every table to hold rows."""

import json
from datetime import date
from pathlib import Path

from c360_sample import write_sample

FIRST, SECOND = date(2022, 4, 1), date(2022, 5, 1)
NAME = "sampled-months"
"""The name of the lake that is made from it, once per run of the suite."""
_ASKED = {
    date(2022, 4, 2): {"bóng đá": 9, "phim hàn quốc": 7},
    date(2022, 5, 3): {"phim hàn quốc": 9, "bóng đá": 7, "hoạt hình": 6},
}
"""Days on which many search for the same: how many people for what. Every third finds nothing."""


def land_sampled_months(landing: Path) -> None:
    """Writes the landing zone."""
    for first, days in ((FIRST, 1), (SECOND, 2)):
        write_sample(landing, first, days, rows=1500, seed=1)
    for day, asked in _ASKED.items():
        searches = [
            {"user_id": f"555{number:04}", "keyword": keyword, "datetime": f"{day} 20:15:36",
             "category": "quit" if number % 3 == 0 else "enter", "eventID": f"{keyword}-{number}"}
            for keyword, people in asked.items() for number in range(people)
        ]  # fmt: skip
        lines = "".join(f"{json.dumps(search, ensure_ascii=False)}\n" for search in searches)
        (landing / "log_search" / f"{day:%Y%m%d}.json").write_text(lines, encoding="utf-8")
