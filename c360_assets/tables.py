"""All tables, in the order of the data: the one list that definitions, plan, docs and tests iterate over."""

from collections.abc import Mapping, Sequence

from c360_assets.behaviour import (
    activeness_segments,
    device_months,
    keyword_demand,
    retention,
    rfm,
    search_metrics,
    search_trends,
    segment_thresholds,
    taste,
    watch_metrics,
)
from c360_assets.cleaning import (
    clean_content,
    clean_search,
    identity_map,
    ledger_content,
    ledger_search,
    quarantine_content,
    quarantine_identity,
    quarantine_search,
)
from c360_assets.contracts.table import TableSpec
from c360_assets.contracts.table_asset import TableAsset
from c360_assets.landing import raw_content, raw_search
from c360_assets.profile import audience_members, customer360

MODULES = (
    raw_content,
    raw_search,
    identity_map,
    quarantine_identity,
    quarantine_content,
    clean_content,
    ledger_content,
    quarantine_search,
    clean_search,
    ledger_search,
    device_months,
    watch_metrics,
    taste,
    segment_thresholds,
    activeness_segments,
    rfm,
    retention,
    search_metrics,
    search_trends,
    keyword_demand,
    customer360,
    audience_members,
)

TABLES: Mapping[str, TableSpec] = {module.TABLE.name: module.TABLE for module in MODULES}
"""Contracts by name. Each comes after everything that it reads."""

ASSETS: Sequence[TableAsset] = [getattr(module, module.TABLE.name) for module in MODULES]
"""The transforms with their contracts, in the same order."""
