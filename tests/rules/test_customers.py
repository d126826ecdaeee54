from datetime import date

import pytest


def content(day, *contracts, seconds=100):
    lines = "".join(
        f'{{"Contract":"{name}","Mac":"0C96E62FC55C","TotalDuration":{seconds},"AppName":"VOD"}}\n'
        for name in contracts
    )
    return {f"log_content/{day}.json": lines.encode()}


def search(day, *searches):
    lines = "".join(
        f'{{"eventID":"{place}","user_id":"{user}","keyword":"{keyword}","category":"enter","action":"{place}"}}\n'
        for place, (user, keyword) in enumerate(searches)
    )
    return {f"log_search/{day}.json": lines.encode()}


def links(*pairs):
    return {"identity/links.csv": ("contract,user_id\n" + "".join(f"{a},{b}\n" for a, b in pairs)).encode()}


def customers(lake, month):
    return {row["customer_id"]: row for row in lake["customer360"] if row["month"] == date(2022, month, 1)}


A, B, C = "AAA000001", "AAA000002", "AAA000003"


def test_identity(lake_of):
    lake = lake_of(
        {
            "identity/a.csv": b"source,contract,user_id\nweb, aaa000001 , 7 \napp,AAA000001,7\n,AAA000001,7\n,0,7\n"
            b"x,AAA000002,\nx,AAA000001,8\nx,AAA000002, 8\n,PAYTV,8\nragged\n,,\n,AAA000003,9\n",
            "identity/_SUCCESS": b"",
        }
    )
    assert lake["identity_map"] == [
        {"contract": A, "user_id": "7", "source": "app"},
        {"contract": C, "user_id": "9", "source": None},
    ]
    assert [tuple(row.values()) for row in lake["quarantine_identity"]] == [
        ("malformed_contract", "0", "7", None),
        ("malformed_contract", "PAYTV", "8", None),
        ("malformed_contract", None, None, None),
        ("missing_user", B, None, "x"),
        ("unparseable", None, None, None),
        ("user_of_many_contracts", A, "8", "x"),
        ("user_of_many_contracts", B, " 8", "x"),
    ]


def test_profiles_are_carried_three_months_and_dormant_where_content_landed(lake_of):
    lake = lake_of(
        {
            **content("20220401", A),
            **content("20220510", B),
            **search("20220605", ("1", "anime")),
            **content("20220702", C),
            **content("20220830", C),
        }
    )
    assert customers(lake, 5)[f"contract:{A}"]["lifecycle"] == "dormant"
    june = customers(lake, 6)
    assert {name: row["lifecycle"] for name, row in june.items()} == {
        f"contract:{A}": "unknown",
        f"contract:{B}": "new",
        "user:1": None,
    }
    carried = june[f"contract:{A}"]
    assert carried["watch_month"] == date(2022, 4, 1)
    assert carried["as_of"] == date(2022, 6, 5)
    assert carried["recency_days"] == 65
    assert customers(lake, 7)[f"contract:{A}"]["lifecycle"] == "dormant"
    assert customers(lake, 7)[f"contract:{C}"]["lifecycle"] == "unknown"
    assert set(customers(lake, 8)) == {f"contract:{B}", f"contract:{C}"}
    assert customers(lake, 8)[f"contract:{C}"]["lifecycle"] == "returning"


def test_users_join_their_contract_and_nothing_else(lake_of):
    lake = lake_of(
        {
            **content("20220601", A),
            **search("20220601", ("1", "anime"), ("2", "venom"), ("2", "phim"), ("3", "x"), ("4", "x")),
            **search("20220701", ("1", "anime"), ("2", "venom"), ("4", "venom")),
            **links((A, "1"), (A, "2"), (B, "3"), (C, "99")),
        }
    )
    june, july = customers(lake, 6), customers(lake, 7)
    assert set(june) == set(july) == {f"contract:{A}", f"contract:{B}", "user:4"}
    row = june[f"contract:{A}"]
    assert (row["user_id"], row["users"], row["matched"], row["searches"]) == ("2", 2, True, 2)
    # one search each in July: the one with more in June
    row = july[f"contract:{A}"]
    assert (row["user_id"], row["search_month"], row["most_search"]) == ("2", date(2022, 7, 1), "venom")
    assert (row["watch_month"], row["lifecycle"], row["matched"]) == (date(2022, 6, 1), "unknown", True)
    lost = july[f"contract:{B}"]
    assert (lost["user_id"], lost["users"], lost["matched"]) == ("3", 1, False)
    assert (lost["search_month"], lost["searches"], lost["search_category"]) == (None, None, None)
    assert (lost["trending_type"], lost["previous_category"], lost["previous"]) == (
        "lost",
        "unknown",
        "unknown",
    )
    stranger = july["user:4"]
    assert (stranger["contract"], stranger["user_id"], stranger["users"]) == (None, "4", 1)
    assert (stranger["seconds_total"], stranger["recency_days"], stranger["matched"]) == (None, None, False)


def test_a_contract_whose_user_does_not_search_has_no_user(lake_of):
    (row,) = lake_of({**content("20220601", A), **links((A, "1"))})["customer360"]
    assert (row["user_id"], row["users"], row["matched"], row["trending_type"]) == (None, 0, False, None)


def test_as_of_is_the_last_landed_day_of_either_log(lake_of):
    lake = lake_of({**content("20220601", A), **search("20220610", ("1", "x")), "log_search/20220620/_SUCCESS": b""})
    assert {row["as_of"] for row in lake["customer360"]} == {date(2022, 6, 10)}


@pytest.mark.parametrize("day", ["20220701/_SUCCESS", "20220701.json"])
def test_a_month_without_records_has_no_customers(lake_of, day):
    lake = lake_of({**content("20220601", A), f"log_content/{day}": b""})
    assert {row["month"] for row in lake["customer360"]} == {date(2022, 6, 1)}
