"""Which files belong to a day: what landed, what is passed over, and whether it changed.

The readers find out what is in the files. Nothing here knows a table.
"""

from resources.landing.zone.delivery import Delivery, Landed, LandedFile
from resources.landing.zone.landing_zone import LandingZone

__all__ = ["Delivery", "Landed", "LandedFile", "LandingZone"]
