from datetime import date, datetime

import pytest

MONTH = date(2022, 7, 1)


def event(keyword, outcome="enter", at=None, day=1, key=None, user="07"):
    return {
        "user_id": user,
        "log_date": date(2022, 7, day),
        "keyword": keyword,
        "keyword_key": key or keyword.lower(),
        "outcome": outcome,
        "searched_at": at,
    }


def most_search(rules, events):
    (row,) = rules.search_metrics(MONTH, events)
    return row["most_search_key"], row["most_search"]


@pytest.mark.parametrize(
    ("events", "key"),
    [
        ([event("b"), event("b"), event("a", "quit"), event("a", "quit"), event("a")], "b"),
        ([event("b"), event("b", "unknown"), event("a")], "b"),
        ([event("b", at=datetime(2022, 7, 1, 0, 0, 1)), event("a")], "b"),
        ([event("b", day=2), event("a", at=datetime(2022, 7, 1, 23))], "b"),
        ([event("b", day=1), event("b", day=4), event("a", day=2), event("a", day=3)], "b"),
        ([event("b", at=datetime(2022, 7, 2)), event("a", day=2)], "a"),
        ([event("b", "quit"), event("a", "quit")], "a"),
    ],
    ids=["entered", "all", "later", "midnight", "last", "text", "none entered"],
)
def test_most_search(rules, events, key):
    assert most_search(rules, events)[0] == key


def test_the_spelling_shown_is_the_most_frequent_of_any_outcome(rules):
    events = [event("Phim"), event("PHIM"), event("phim", "quit"), event("phim", "quit"), event("x")]
    assert most_search(rules, events) == ("phim", "phim")
    assert most_search(rules, [event("phim"), event("Phim")]) == ("phim", "Phim")


@pytest.mark.parametrize(
    ("key", "category"),
    [
        ("anime", "anime"),
        ("xem bong da", "sports"),
        ("bong da viet nam", "vietnamese_sports"),
        ("bong da viet nam 2022", "vietnamese_sports"),
        ("venom anime", "anime"),
        ("venom phim", "action"),
        ("animes", "unknown"),
        ("bongda", "unknown"),
    ],
)
def test_search_category(rules, key, category):
    """The phrases are those of `tests/strategies/reference.py`."""
    (row,) = rules.search_metrics(MONTH, [event(key)])
    assert row["search_category"] == category


def test_search_metrics(rules):
    events = [
        event("Anime", day=3),
        event("anime", "quit", day=1),
        event("x", "unknown", day=1),
        event("y", user="8"),
    ]
    first, second = rules.search_metrics(MONTH, events)
    assert first == {
        "month": MONTH, "user_id": "07", "searches": 3, "entered": 1, "quit": 1, "search_days": 2,
        "distinct_keywords": 2, "first_searched": date(2022, 7, 1), "last_searched": date(2022, 7, 3),
        "most_search": "Anime", "most_search_key": "anime", "search_category": "anime",
    }  # fmt: skip
    assert (second["user_id"], second["search_category"]) == ("8", "unknown")


def trend(rules, now, then, comparable):
    def of_user(category):
        return [] if category is None else [{"user_id": "1", "search_category": category}]

    (row,) = rules.search_trends(MONTH, of_user(now), of_user(then), landed=True, comparable=comparable)
    return row["trending_type"], row["previous"]


@pytest.mark.parametrize(
    ("now", "then", "told"),
    [
        ("a", "a", ("unchanged", "a")),
        ("b", "a", ("changed", "a -> b")),
        ("b", None, ("new", "b")),
        ("unknown", None, ("new", "unknown")),
        (None, "a", ("lost", "a")),
        (None, "unknown", ("lost", "unknown")),
        ("unknown", "a", ("unknown", "a")),
        ("b", "unknown", ("unknown", "b")),
        ("unknown", "unknown", ("unknown", "unknown")),
    ],
)
def test_trend(rules, now, then, told):
    assert trend(rules, now, then, comparable=True) == told


@pytest.mark.parametrize(("now", "told"), [("a", "a"), ("unknown", "unknown")])
def test_without_the_month_before_every_trend_is_unknown(rules, now, told):
    assert trend(rules, now, None, comparable=False) == ("unknown", told)


def test_trends_have_a_row_for_users_of_both_months_or_none(rules):
    now = [{"user_id": "1", "search_category": "a"}]
    then = [{"user_id": "2", "search_category": "b"}]
    rows = rules.search_trends(MONTH, now, then, landed=True, comparable=True)
    assert [(row["user_id"], row["trending_type"]) for row in rows] == [("1", "new"), ("2", "lost")]
    assert rules.search_trends(MONTH, [], then, landed=False, comparable=True) == []
