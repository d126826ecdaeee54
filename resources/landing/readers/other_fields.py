"""`other_fields`: what a record has beyond the fields that have columns, as one JSON object of texts."""

import json
from collections.abc import Mapping


def other_fields_text(members: Mapping[str, str | None]) -> str | None:
    """A JSON object of the members that are not null, in order of their names (code points); None if there are none.

    Names and values are text; without white space, and non-ASCII characters as they are.
    """
    filled = {name: members[name] for name in sorted(members) if members[name] is not None}
    return json.dumps(filled, ensure_ascii=False, separators=(",", ":")) if filled else None
