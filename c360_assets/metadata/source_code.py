"""Where an asset's rows and its source stand: the table's place in the lake, and the line that makes it.

Known only where the project runs, so it is added when the definitions are built.
"""

import warnings
from collections.abc import Callable, Sequence

import dagster as dg


def located(assets: Sequence[dg.AssetsDefinition], uri_of: Callable[[str], str]) -> list[dg.AssetsDefinition]:
    """The assets with the place of each table, given by its name, and the file and line of its function."""
    with_uri = [
        asset.map_asset_specs(
            lambda spec: spec.merge_attributes(metadata={"dagster/uri": uri_of(spec.key.to_user_string())})
        )
        for asset in assets
    ]
    with warnings.catch_warnings():  # marked beta in Dagster 1.13: we know, and users need not be told at every start
        warnings.simplefilter("ignore", dg.BetaWarning)
        found = dg.with_source_code_references(with_uri)
    return [asset for asset in found if isinstance(asset, dg.AssetsDefinition)]
