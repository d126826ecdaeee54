"""The reasons for quarantine, and the word for a record that has none.

Which rules a record must pass, and in which order, is in `content_rules.py`, `search_rules.py` and `identity_rules.py`.
"""

ACCEPTED = "accepted"
"""The reason of a record that breaks no rule. It is not null, so that no comparison loses a row."""

UNPARSEABLE = "unparseable"
MISSING_FIELD = "missing_field"
MISSING_CONTRACT = "missing_contract"
MALFORMED_CONTRACT = "malformed_contract"
MISSING_DURATION = "missing_duration"
DURATION_OUT_OF_RANGE = "duration_out_of_range"
NO_WATCH_TIME = "no_watch_time"
MISSING_USER = "missing_user"
KEYWORD_TOO_LONG = "keyword_too_long"
MISSING_KEYWORD = "missing_keyword"
NOT_A_SEARCH = "not_a_search"
USER_OF_MANY_CONTRACTS = "user_of_many_contracts"
