"""The words that columns hold: levels, kinds, outcomes and trends. Transforms, contracts and checks use these names.

The words of quarantine, the reasons, are in `c360_assets/cleaning/reasons.py`; the categories of what is watched, which
tables have columns for, in `c360_assets/reference/categories.py`.
"""

UNKNOWN = "unknown"
"""The word where nothing known fits. So no list of the reference data may hold it."""

LOW, MIDDLE, MEDIUM, HIGH = "low", "middle", "medium", "high"
LEVELS = (LOW, MEDIUM, HIGH)
"""Of activeness and clinginess."""
USER_TYPES = (LOW, MIDDLE, HIGH)
"""How much a contract watches."""

NEW, LOST, UNCHANGED, CHANGED = "new", "lost", "unchanged", "changed"
TRENDS = (NEW, LOST, UNKNOWN, UNCHANGED, CHANGED)
"""How a user's search category moved from one month to the next."""

FALLING, STEADY, RISING = "falling", "steady", "rising"
WATCH_TRENDS = (FALLING, STEADY, RISING, UNKNOWN)
"""How much a contract watches, compared with the month before."""
DEMAND_TRENDS = (NEW, RISING, STEADY, FALLING, UNKNOWN)
"""How a keyword's place moved from one month to the next."""

RFM_SCORES = (1, 2, 3, 4, 5)
RFM_GROUPS = ("champions", "loyal", "potential_loyal", "new", "promising", "needs_attention", "about_to_sleep", "at_risk",
              "cannot_lose", "hibernating", "lost")  # fmt: skip
"""Of contracts, by how recently, how often and how much they watched."""

RETURNING, RESURRECTED, DORMANT = "returning", "resurrected", "dormant"
LIFECYCLES = (UNKNOWN, RETURNING, RESURRECTED, NEW)
"""Of contracts that watched in the month. A profile that is carried on may also be dormant."""

ENTER, QUIT = "enter", "quit"
OUTCOMES = (ENTER, QUIT, UNKNOWN)
"""How a search ended."""

NETWORKS = ("wifi", "ethernet", "cellular")
