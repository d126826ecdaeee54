"""The project's reference data, for the rivals: the same lists and cuts."""

from bench.files import ROOT
from c360_assets.reference.model import load_reference

CODES = ("tv", "movies", "entertainment", "kids", "sports", "other")
"""The categories of content in their fixed order."""
REFERENCE = load_reference(ROOT / "data" / "reference")
CUTS = REFERENCE.measures
