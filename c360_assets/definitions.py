"""The Definitions that Dagster loads: those of the environment's settings. Nothing else imports this module."""

from c360_assets.build import build
from resources.settings import Settings

defs = build(Settings.from_environment())
