"""The Definitions that Dagster loads: those of the environment's settings. Nothing else imports this module."""

import dagster as dg

from c360_assets.build import build
from resources.home import owner_only
from resources.settings import Settings


@dg.definitions
def defs() -> dg.Definitions:
    """Reads the environment when Dagster loads the code location."""
    owner_only()
    return build(Settings.from_environment())
