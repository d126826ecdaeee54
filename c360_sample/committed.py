"""The small sample that is committed as `data/landing`: three months in every form a day may land in.

Content of April (12 April never landed), May and June 2022; searches of the first two weeks of May, June and July;
so there are months with both logs and with one of them, and customers change what they do. It is what
`python -m c360_sample data/landing` writes.
"""

from datetime import date, timedelta
from pathlib import Path

from c360_sample.chance import key_of
from c360_sample.population import Population
from c360_sample.sample import claim, save_content, save_identity, save_searches

SEED = 8
CUSTOMERS = 400
USERS = 300
MISSING_DAYS = (date(2022, 4, 12),)
# (form of the files, number of parts or 0 for a single file), day after day. Eleven, so that every form meets
# every weekday, and with it every kind of dirt.
_CONTENT_FORMS = (
    ("json", 0),
    ("csv.gz", 0),
    ("jsonl.gz", 0),
    ("csv", 0),
    ("json.gz", 0),
    ("parquet", 0),
    ("jsonl.gz", 0),
    ("ndjson", 3),
    ("csv", 0),
    ("json.gz", 0),
    ("csv.gz", 2),
)
_SEARCH_FORMS = ("parquet", "json", "parquet", "csv.gz", "parquet", "parquet", "json.gz", "csv", "parquet")


def write_committed_sample(out: Path) -> None:
    """Writes the sample, with equal bytes each time."""
    claim(out)
    population = Population(SEED, contracts=CUSTOMERS, users=USERS)
    save_identity(out, population)
    for number, day in enumerate(_days(date(2022, 4, 1), date(2022, 6, 30))):
        if day not in MISSING_DAYS:
            form, parts = _CONTENT_FORMS[number % len(_CONTENT_FORMS)]
            save_content(out, population, day, 260 + key_of("rows", str(day)) % 60, form, parts)
    fortnights = [day for month in (5, 6, 7) for day in _days(date(2022, month, 1), date(2022, month, 14))]
    for number, day in enumerate(fortnights):
        form = _SEARCH_FORMS[number % len(_SEARCH_FORMS)]
        save_searches(out, population, day, 60 + key_of("searches", str(day)) % 20, form)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
