"""The sample has the proportions of the real logs, and customers who change from month to month."""

from collections import Counter, defaultdict
from datetime import date, timedelta

import numpy as np
import pyarrow.parquet as pq
import pytest

from c360_assets.text.normalise import keyword_key
from c360_sample import write_sample
from c360_sample.content.rows import APPS, content_rows
from c360_sample.population import Population
from c360_sample.search.rows import search_table
from tests.sample.reading import content_records, csv_records_of, data_files

pytestmark = pytest.mark.unit

ROWS = 120_000


@pytest.fixture(scope="module")
def landing(tmp_path_factory):
    out = tmp_path_factory.mktemp("sample")
    write_sample(out, date(2022, 6, 1), 1, ROWS, 11, "parquet")
    return out


@pytest.fixture(scope="module")
def watching(landing):
    """(contract, mac, seconds, app) of the rows that are as they should be, and all rows' fields."""
    (path,) = data_files(landing, "log_content")
    return list(content_records(path))


@pytest.fixture(scope="module")
def searches(landing):
    return [record for path in data_files(landing, "log_search") for record in pq.read_table(path).to_pylist()]


def seconds_of(record):
    text = str(record["TotalDuration"])
    return int(text) if text.isdecimal() else 0


@pytest.mark.parametrize(
    ("app", "percent", "tolerance"),
    [
        ("CHANNEL", 95.5, 0.6),
        ("VOD", 2.5, 0.4),
        ("KPLUS", 1.1, 0.25),
        ("CHILD", 0.8, 0.2),
        ("RELAX", 0.09, 0.06),
        ("FIMS", 0.03, 0.03),
        ("SPORT", 0.007, 0.01),
    ],
)
def test_share_of_seconds_by_app(watching, app, percent, tolerance):
    total = sum(map(seconds_of, watching))
    share = sum(seconds_of(record) for record in watching if record["AppName"] == app) / total
    assert share * 100 == pytest.approx(percent, abs=tolerance)
    assert share > 0


def test_durations(watching):
    seconds = np.array([seconds_of(record) for record in watching if record["TotalDuration"] is not None])
    assert (seconds == 86_400).mean() == pytest.approx(0.025, abs=0.002)
    landed_zero = sum(str(record["TotalDuration"]) == "0" for record in watching)
    assert 0.002 <= landed_zero / ROWS <= 0.004


def test_contract_0_takes_a_fiftieth_of_all_seconds_in_a_few_rows(watching):
    zero = [record for record in watching if record["Contract"] == "0"]
    assert 60 <= len(zero) <= 95
    assert sum(map(seconds_of, zero)) / sum(map(seconds_of, watching)) == pytest.approx(0.02, abs=0.003)


def test_contract_shapes(watching):
    contracts = {record["Contract"] for record in watching if len(record["Contract"] or "") == 9}
    letters = Counter(sum(char.isalpha() for char in contract) for contract in contracts if contract.isupper())
    shares = [letters[count] / sum(letters.values()) for count in (3, 4, 5)]
    assert shares == pytest.approx([0.50, 0.47, 0.03], abs=0.01)


def test_devices(watching):
    devices = defaultdict(set)
    device_days = Counter()
    for record in watching:
        if record["Mac"] and len(record["Contract"] or "") == 9:
            devices[record["Contract"]].add(record["Mac"])
            device_days[record["Contract"], record["Mac"]] += seconds_of(record)
    counts = Counter(map(len, devices.values()))
    assert counts[1] / len(devices) == pytest.approx(0.92, abs=0.02)
    assert counts[2] / len(devices) == pytest.approx(0.07, abs=0.02)
    assert max(counts) > 30
    assert ROWS / len(device_days) == pytest.approx(1.07, abs=0.02)
    assert 0.0005 < sum(total > 86_400 for total in device_days.values()) / len(devices) < 0.004


def test_devices_of_a_contract_go_from_1_to_87():
    devices = Population.for_rows(1, 200_000).devices_of
    assert (devices.min(), devices.max()) == (1, 87)
    assert (devices == 1).mean() == pytest.approx(0.90, abs=0.01)


def test_two_days_of_a_contract_are_spread_as_in_reality():
    population = Population.for_rows(2, 60_000)
    totals = Counter()
    for day in (date(2022, 4, 1), date(2022, 4, 2)):
        rows = content_rows(population, day, 60_000)
        for code, seconds in zip(rows.contract.view("S9").ravel().tolist(), rows.seconds.tolist(), strict=True):
            totals[code] += seconds
    quartiles = np.percentile(list(totals.values()), [25, 50, 75])
    assert quartiles == pytest.approx([3_894, 16_103, 43_759], rel=0.25)
    fence = quartiles[2] + 1.5 * (quartiles[2] - quartiles[0])
    assert np.mean([total > fence for total in totals.values()]) == pytest.approx(0.06, abs=0.02)


def test_searches_without_user_keyword_or_good_end(searches):
    count = len(searches)
    assert count == ROWS // 20
    assert sum(record["user_id"] is None for record in searches) / count == pytest.approx(0.249, abs=0.02)
    assert sum(record["keyword"] is None for record in searches) / count == pytest.approx(0.058, abs=0.01)
    ends = Counter((record["category"] or "").strip().lower() for record in searches)
    assert ends["enter"] / count == pytest.approx(0.86, abs=0.02)
    assert ends["quit"] / count == pytest.approx(0.14, abs=0.02)


def test_user_ids():
    ids = Population.for_rows(3, 400_000).user_ids
    assert len(set(ids)) == len(ids)
    assert {len(user) for user in ids} == {6, 7, 8}
    assert all(user.isdecimal() for user in ids)
    assert sum(user.startswith("0") for user in ids) / len(ids) == pytest.approx(0.13, abs=0.01)


def test_a_fifth_of_users_tie_for_their_top_keyword(searches):
    counts = defaultdict(Counter)
    for record in searches:
        if record["user_id"] and record["keyword"]:
            counts[record["user_id"]][keyword_key(record["keyword"])] += 1
    tied = sum(len(words) > 1 and len({n for _, n in words.most_common(2)}) == 1 for words in counts.values())
    assert tied / len(counts) == pytest.approx(0.195, abs=0.03)


def test_links(landing):
    rows = csv_records_of(landing / "identity" / "identity.csv")
    users_of, contracts_of = defaultdict(set), defaultdict(set)
    for contract, user, *_ in rows:
        users_of[contract].add(user)
        contracts_of[user].add(contract)
    population = Population.for_rows(11, ROWS)
    assert len(set(population.user_ids) & set(contracts_of)) / population.users == pytest.approx(0.9, abs=0.02)
    assert 0.1 < sum(len(users) > 1 for users in users_of.values()) / len(users_of) < 0.4
    assert 0.005 < sum(len(contracts) > 1 for contracts in contracts_of.values()) / len(contracts_of) < 0.03
    watching = {code.decode() for code in population.contract_codes.view("S9").ravel().tolist()}
    outside = [
        contract for contract in users_of if len(contract) == 9 and contract.isupper() and contract not in watching
    ]
    assert 0 < len(outside) / len(users_of) < 0.05


@pytest.fixture(scope="module")
def days_watched():
    population = Population(8, 1_000, 100)
    days = {}
    for month in (4, 5, 6):
        days[month] = Counter()
        for number in range(28):
            rows = content_rows(population, date(2022, month, 1) + timedelta(days=number), 720)
            days[month].update(set(rows.contract.view("S9").ravel().tolist()))
    return days


class TestMonths:
    """A small population over months: habits stay, customers come and go, interests shift."""

    def test_activeness_is_low_medium_and_high(self, days_watched):
        days = np.array(list(days_watched[4].values())) / 28
        assert 0.08 < (days <= 1 / 3).mean() < 0.25
        assert 0.12 < ((days > 1 / 3) & (days <= 2 / 3)).mean() < 0.40
        assert (days > 2 / 3).mean() > 0.45

    def test_customers_stop_return_and_come_new(self, days_watched):
        april, may, june = (set(days_watched[month]) for month in (4, 5, 6))
        assert len(april & may) > 0.85 * len(april)
        assert len(april - may) > 5
        assert len(may - april) > 5
        assert len((april & june) - may) > 5

    def test_a_taste_is_stable(self):
        population = Population(8, 1_000, 100)
        apps = [defaultdict(set), defaultdict(set)]
        for month in (0, 1):
            for number in range(20):
                rows = content_rows(population, date(2022, 4 + month, 1) + timedelta(days=number), 720)
                for code, app in zip(rows.contract.view("S9").ravel().tolist(), rows.app.tolist(), strict=True):
                    apps[month][code].add(APPS[app])
        plain = {code for code, used in apps[0].items() if used == {"CHANNEL"} and code in apps[1]}
        assert len({code for code in plain if apps[1][code] == {"CHANNEL"}}) > 0.95 * len(plain)

    def test_interests_shift_for_some(self):
        population = Population(5, 100, 60)
        favourites = []
        for month in (5, 6):
            words = defaultdict(Counter)
            for day in range(1, 15):
                table = search_table(population, date(2022, month, day), 90)
                for user, keyword in zip(table["user_id"].to_pylist(), table["keyword"].to_pylist(), strict=True):
                    if user:
                        words[user][keyword_key(keyword)] += 1
            favourites.append({user: counts.most_common(1)[0][0] for user, counts in words.items()})
        both = favourites[0].keys() & favourites[1].keys()
        changed = sum(favourites[0][user] != favourites[1][user] for user in both)
        assert len(both) > 40
        assert 0.2 < changed / len(both) < 0.95
