"""`c360 profile` shows what customer360 has."""

import pytest

from c360_assets.commands.profile import _SIDES
from c360_assets.profile.customer360 import TABLE

pytestmark = pytest.mark.unit

WITHIN_OTHERS = {"observed_days", "active_ratio"}
"""Shown with active_days."""
OF_CATEGORIES = ("seconds_", "share_", "categories")
"""What there is for each category: taste, most_watch and lift say it in short, and --json has all."""


def test_each_column_is_shown() -> None:
    shown = [name for _, names in _SIDES for name in names]
    assert len(shown) == len(set(shown))
    others = {
        column.name
        for column in TABLE.columns
        if not column.name.startswith(OF_CATEGORIES) or column.name == "seconds_total"
    }
    assert set(shown) | WITHIN_OTHERS == others
