"""A search_id says nothing of a masked number, and is the same whatever order records land in."""

from datetime import date

import pytest

from c360_assets.cleaning.clean_search import clean_search
from tests.transforms.frames import frame_of

pytestmark = [pytest.mark.engine, pytest.mark.both_engines]

DAY = date(2022, 7, 1)
FIELDS = ("event_id", "datetime", "user_id", "keyword", "category", "proxy_isp", "platform", "network_type", "action",
          "user_plans_map", "unparsed", "other_fields", "erased")  # fmt: skip


def ids(session, reference, *keywords: str, **fields: str | None) -> list[str]:
    """The ids of searches that are equal but for their keywords, in order."""
    rows = [
        {**dict.fromkeys(FIELDS), "log_date": DAY, "source_file": "x", "user_id": "7", "keyword": keyword, **fields}
        for keyword in keywords
    ]
    found = clean_search(frame_of(session, "raw_search", rows), reference).select("search_id").collect()
    return sorted(row["search_id"] for row in found)


def test_another_number_gives_the_same_id(session, reference) -> None:
    (one,) = ids(session, reference, "call 0912345678")
    assert ids(session, reference, "call 0987654321") == [one]
    assert ids(session, reference, "call  0387654321 ") == [one]


def test_searches_that_are_equal_when_masked_keep_ids_of_their_own(session, reference) -> None:
    keywords = ["call 0912345678", "call 0987654321", "call  0987654321"]
    found = ids(session, reference, *keywords)
    assert len(set(found)) == 3
    assert ids(session, reference, *reversed(keywords)) == found
    assert set(ids(session, reference, keywords[0])) < set(found)


def test_null_and_empty_differ(session, reference) -> None:
    assert ids(session, reference, "a", action=None) != ids(session, reference, "a", action="")
