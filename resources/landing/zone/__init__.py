"""Which files belong to a day: what landed, what is passed over, and whether it changed.

What is in the files, the readers find out. Nothing here knows a table.
"""

from resources.landing.zone.delivery import Delivery, Landed, LandedFile
from resources.landing.zone.landing_zone import LandingZone

__all__ = ["Delivery", "Landed", "LandedFile", "LandingZone"]
