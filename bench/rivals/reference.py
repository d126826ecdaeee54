"""The project's reference data, for the rivals: the same lists and cuts."""

from c360_assets.reference.model import load_reference
from resources import settings

CODES = ("tv", "movies", "entertainment", "kids", "sports", "other")
"""The categories of content in their fixed order."""
REFERENCE = load_reference(settings.REFERENCE)
CUTS = REFERENCE.measures
