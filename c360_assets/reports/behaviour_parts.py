"""The parts of a month's page about behaviour: taste, retention, rfm, demand and audiences."""

from collections.abc import Sequence

from c360_assets.planning.lines import counted
from c360_assets.reference.audiences import Audience
from c360_assets.reference.vocabulary import DEMAND_TRENDS, RFM_SCORES
from c360_assets.reports import html, svg
from c360_assets.reports.html import Part
from c360_assets.reports.month_figures import MonthFigures
from resources.lake.sql import Row

_LISTS = (
    ("rising", "Rising", "Keywords that climbed, those that climbed most first."),
    ("falling", "Falling", "Keywords that fell, those that fell most first."),
    ("new", "New", "Keywords that too few people searched for in the month before."),
    ("unmet", "Unmet", "Keywords whose searches were most often given up: what people look for and don't find."),
)


def taste_part(figures: MonthFigures) -> Part:
    """Watch time by category over the months, and what contracts prefer."""
    now = figures.seconds.get(figures.month, {})
    total = sum(now.values())
    shares = [
        svg.Bar(name, seconds, f"{seconds / 3600:,.0f} h ({seconds / total:.1%})" if total else "0 h")
        for name, seconds in now.items()
    ]
    likes = [svg.Bar(name, count, f"{count:,}") for name, count in figures.tastes.items()]
    months = [
        svg.columns(
            f"Hours of {name} by month",
            {f"{month:%Y-%m}": round(one[name] / 3600) for month, one in figures.seconds.items()},
        )
        for name in now
    ]
    over_months = html.pair(
        html.heading(f"{name}, hours by month") + one for name, one in zip(now, months, strict=True)
    )
    body = (
        html.heading("Hours watched, by category")
        + svg.bars("Hours watched by category", shares)
        + html.heading("Customers by what they prefer")
        + html.note("The category whose share of a customer's watch time exceeds everybody's by the most.")
        + svg.bars("Customers by preferred category", likes)
        + html.table(("category", "customers"), figures.tastes.items(), "tastes")
        + over_months
    )
    return Part("taste", "Taste", "What is watched, and what customers like more than others do.", body)


def retention_part(figures: MonthFigures) -> Part:
    """The triangle: which part of each cohort watched, month after month."""
    note = (
        "Customers who began to watch in the same month are a cohort. Each row follows one: the share that watched so many "
        "months later. The first one shown may also have customers who had watched before."
    )
    if not figures.retention:
        return Part("retention", "Retention", note, html.line("No content day of the month landed."))
    cohorts = sorted({cohort for cohort, _ in figures.retention})
    ages = range(max(age for _, age in figures.retention) + 1)
    cells = {
        (f"{cohort:%Y-%m}", str(age)): svg.Cell(
            f"{row['retained']:.0%}",
            row["retained"],
            f"{cohort:%Y-%m} after {counted(age, 'month')}: {row['watching']:,} of {row['contracts']:,}"
            + (" (with a month in which nothing landed)" if row["has_gap"] else ""),
        )
        for (cohort, age), row in figures.retention.items()
    }
    title = "Share of each cohort that watched, by months since it began"
    names = [f"{cohort:%Y-%m}" for cohort in cohorts]
    now = [
        (f"{row['cohort_month']:%Y-%m}", row["contracts"], row["watching"], row["retained"])
        for row in figures.retention.values()
        if row["month"] == figures.month
    ]
    body = svg.grid(title, names, [str(age) for age in ages], cells, 24) + html.table(
        ("cohort", "customers", "watched in the month", "share"), now, "retention"
    )
    return Part("retention", "Retention", note, body)


def rfm_part(figures: MonthFigures) -> Part:
    """The grid of 5 × 5: recency down, frequency and watch time across."""
    most = max((row["contracts"] for row in figures.scores.values()), default=0) or 1
    cells = {
        (_recency(recency), _other(other)): svg.Cell(
            f"{row['contracts']:,}",
            row["contracts"] / most,
            f"recency {recency}, frequency and watch time {other}: {row['contracts']:,}, {row['rfm_group']}",
            row["rfm_group"].replace("_", " "),
        )
        for (recency, other), row in figures.scores.items()
    }
    title = "Customers by recency (down) and by frequency and watch time (across)"
    scores = RFM_SCORES
    body = svg.grid(title, [_recency(one) for one in scores[::-1]], [_other(one) for one in scores], cells, 46)
    note = (
        "Each customer is compared with the others of the month: 5 is the best fifth. Upper right are the champions; lower "
        "right are those who watched much and have stopped."
    )
    return Part("rfm", "Recency, frequency, watch time", note, body)


def _recency(score: int) -> str:
    return f"recency {score}"


def _other(score: int) -> str:
    return f"{score}"


def demand_part(figures: MonthFigures) -> Part:
    """The most wanted keywords with their quit shares, and what rises, falls, is new or is not found."""
    wanted = figures.demand["wanted"]
    note = "Only keywords that several people searched for, so that nobody can be identified by it."
    if not wanted:
        return Part("demand", "Demand", note, html.line("No keyword was searched for by enough people."))
    ranked = [
        svg.Bar(row["keyword"], row["users"], f"{row['users']:,} users, {row['quit_share']:.0%} quit") for row in wanted
    ]
    trends = ", ".join(f"{figures.trends.get(name, 0):,} {name}" for name in DEMAND_TRENDS)
    lists = "".join(
        html.heading(title) + html.note(text) + _keywords(figures.demand[key], key) for key, title, text in _LISTS
    )
    body = (
        html.heading("Most wanted")
        + svg.bars("Most wanted keywords: users, and share of searches that were quit", ranked, label=220)
        + html.line(f"Keywords by trend: {trends}.")
        + lists
    )
    return Part("demand", "Demand", note, body)


def _keywords(rows: Sequence[Row], key: str) -> str:
    if not rows:
        return html.line("None.")
    names = {"keyword": "keyword", "category": "category", "place": "place", "previous_place": "before", "users": "users",
             "searches": "searches", "quit_share": "quit share"}  # fmt: skip
    if all(row["previous_place"] is None for row in rows):
        del names["previous_place"]
    return html.table([*names.values()], [[row[field] for field in names] for row in rows], key)


def audiences_part(figures: MonthFigures, audiences: Sequence[Audience]) -> Part:
    """The size of each audience over the months."""
    about = {one.name: one.description for one in audiences}
    names = [*about, *(name for name in figures.audiences if name not in about)]
    charts, rows = [], []
    for name in names:
        sizes = figures.audiences.get(name, {})
        by_month = {f"{month:%Y-%m}": sizes[month]["members"] if month in sizes else 0 for month in figures.months}
        charts.append(
            html.heading(name) + html.note(about.get(name, "")) + svg.columns(f"Members of {name} by month", by_month)
        )
        now = sizes.get(figures.month)
        compared = now is not None and now["compared"] > 0
        rows.append((name, now["members"] if now else 0, now["entered"] if now and compared else None))
    body = html.pair(charts) + html.table(("audience", "members", "entered in the month"), rows, "audiences")
    return Part("audiences", "Audiences", "Customers who meet a condition at the end of the month.", body)
