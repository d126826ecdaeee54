"""Landing zones with all the dirt the data contract names, drawn by Hypothesis or from a seed."""

from .dirty import dirty_landing
from .landed import Landed
from .landings import landings
from .reference import write_reference

__all__ = ["Landed", "dirty_landing", "landings", "write_reference"]
