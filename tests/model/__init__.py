"""The data contract once more, in plain Python, slow and simple: what the real transforms are compared with.

It shares no code with them; only the tables' keys come from their contracts. Where the contract leaves a choice, a
comment that starts with `choice:` says which one was made.
"""

from .compare import differences
from .lake import Lake, build, refused
from .search_ids import wrong_search_ids
from .tables import COLUMNS, KEYS

__all__ = ["COLUMNS", "KEYS", "Lake", "build", "differences", "refused", "wrong_search_ids"]
