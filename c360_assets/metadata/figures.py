"""How an asset tells figures of a partition that it has committed: asked of the lake, so that they are what it holds."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import dagster as dg

from resources.lake.io_manager import reason_of
from resources.lake.sql import LakeQuery
from resources.lake.tables import Lake

Figures = Mapping[str, Any]


def told(lake: Lake, figures: Callable[[LakeQuery, Any], Figures]) -> Callable[[date | None], Figures]:
    """The `tell` of an asset's Frames: figures of a partition, asked of the lake.

    The partition is committed when it is called: should its figures not be had, that is told, and nothing fails.
    """
    asked = LakeQuery(lake.root)

    def tell(partition: date | None) -> Figures:
        try:
            return figures(asked, partition)
        except Exception as error:
            return {"not_shown": f"The figures could not be read: {reason_of(error)}"}

    return tell


def small_table(records: Iterable[Mapping[str, Any]]) -> dg.TableMetadataValue:
    """A few records as the UI shows a table; all have the same fields, of text, numbers, true or false, or None."""
    shown = [dg.TableRecord(dict(record)) for record in records]
    names = shown[0].data if shown else {}
    schema = dg.TableSchema([dg.TableColumn(name, _type(record.data[name] for record in shown)) for name in names])
    return dg.TableMetadataValue(shown, schema)


def _type(values: Iterable[Any]) -> str:
    kinds = {bool: "bool", int: "int", float: "float"}
    return next((kinds.get(type(value), "string") for value in values if value is not None), "string")
