"""The project's reference data, for the rivals: the same lists and cuts."""

from c360_assets.reference.model import load_reference
from resources import settings

CODES = ("tv", "movies", "entertainment", "kids", "sports", "other")
"""The categories of content in their fixed order."""
REFERENCE = load_reference(settings.REFERENCE)
CUTS = REFERENCE.measures
GROUPS = REFERENCE.rfm_groups
FIFTHS = (20, 40, 60, 80)
"""The percentiles that scores are made from."""
SCORED = {"recency": "recency_days", "active_days": "active_days", "seconds": "seconds_total"}
"""What is scored, by the first part of its cuts' names."""
COHORT_MONTHS = 12
"""How many months back cohorts may begin."""
