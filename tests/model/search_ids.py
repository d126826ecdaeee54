"""What can be told of a search_id without knowing how it is hashed."""

import re
from collections import Counter
from typing import Any


def wrong_search_ids(clean_search: list[dict[str, Any]]) -> list[str]:
    """The ids that are not a SHA-256 in hex, and those that two searches of one day share."""
    told = [
        f"no hex SHA-256: {row['search_id']!r}"
        for row in clean_search
        if not re.fullmatch("[0-9a-f]{64}", row["search_id"] or "")
    ]
    times = Counter((str(row["log_date"]), row["search_id"]) for row in clean_search)
    return told + [f"{count} times on {day}: {name}" for (day, name), count in times.items() if count > 1]
