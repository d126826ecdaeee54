"""What the words of a page mean, in a sentence each, for people who know neither tables nor columns.

No sentence names a cut: cuts are reference data, and may be others.
"""

from c360_assets.cleaning import reasons

ROWS = {
    "landed_rows": "landed",
    "accepted_rows": "accepted",
    "duplicate_rows": "duplicates",
    "quarantined_rows": "refused (in quarantine)",
    "erased_rows": "erased",
}
SECONDS = {
    "landed_seconds": "landed, of rows not refused",
    "clean_seconds": "counted",
    "duplicate_seconds": "in duplicates",
    "capped_seconds": "above 24 hours of a device's day",
}
REASONS = {
    reasons.UNPARSEABLE: "A line that is not a record.",
    reasons.MISSING_FIELD: "A record in which every field that is needed is empty.",
    reasons.MISSING_CONTRACT: "A row that names no contract.",
    reasons.MALFORMED_CONTRACT: "A contract that does not have the form of one.",
    reasons.MISSING_DURATION: "A row without a duration.",
    reasons.DURATION_OUT_OF_RANGE: "A duration that is not a number of seconds of one day.",
    reasons.NO_WATCH_TIME: "A duration of 0 seconds.",
    reasons.MISSING_USER: "A search without a known user.",
    reasons.KEYWORD_TOO_LONG: "A keyword far longer than a search.",
    reasons.MISSING_KEYWORD: "A search without a keyword.",
    reasons.NOT_A_SEARCH: "A text that the app sent by itself.",
}
TITLES = {
    "user_type": "How much they watch",
    "activeness": "On how many days they watch",
    "clinginess": "How attached they are",
    "watch_trend": "More or less than before",
    "rfm_group": "Groups by recency, frequency and watch time",
}
NOTES = {
    "user_type": "low is the lower quarter of customers by watch time, high the upper one.",
    "activeness": "By the share of the days on which they watched: low, medium or high.",
    "clinginess": "From how much and on how many days: high watches much, often.",
    "watch_trend": "falling: far less per day than in the month before; rising: far more.",
    "rfm_group": "From three scores against everybody else in the month.",
}
LIFECYCLE = {
    "returning": "Watched in this month and in the month before.",
    "resurrected": "Watched in this month and not in the month before, but not long before that.",
    "new": "Watched in this month, and not in the months before it.",
    "dormant": "Did not watch in this month, but not long before.",
    "unknown": "Watched in this month; nothing landed for the month before, so there is nothing to compare with.",
}
DEFINITIONS = (
    ("Customer", "A contract with the accounts that search for it, or an account that belongs to no known contract."),
    ("Watched", "Has more than 0 seconds of watch time in the month."),
    ("Known on both sides", "A contract that watched, and an account of it that searched."),
    ("Ledger", "Each day's account of its rows and seconds: what landed equals what was counted and what was not."),
    ("Duplicate", "A record that is equal to another one of its day. It is counted once."),
    ("Refused", "A row that can't be used. It is kept in quarantine with the reason."),
    ("Erased", "A record of a customer whose data was removed on request."),
    ("Prefers", "The category with the greatest share of a customer's watch time, compared with everybody's share."),
    ("Cohort", "The customers whose first month with watch time, among the last thirteen, is the same."),
    ("Recency score", "5 for the fifth of customers who watched last, 1 for those who have not watched for longest."),
    ("Quit share", "The share of searches that were given up instead of leading to something."),
    ("Place", "The rank of a keyword by the number of people who searched for it."),
    ("<phone>, <email>, <card>", "Stand for numbers and addresses that people typed into the search: they are masked."),
    ("Audience", "A list of customers who meet a condition, such as a high share of children's programmes."),
)
