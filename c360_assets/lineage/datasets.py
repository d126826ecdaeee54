"""Tables, and the folders of the landing zone, as OpenLineage's datasets: names, schema, and what each column is made of."""

from dataclasses import dataclass

from openlineage.client.event_v2 import InputDataset
from openlineage.client.facet_v2 import DatasetFacet, column_lineage_dataset, schema_dataset
from openlineage.client.naming.dataset import GCS, S3, LocalFileSystem

from c360_assets.contracts.table import TableSpec

Name = tuple[str, str]
"""A dataset's namespace and its name in it."""
_LOCAL, _S3, _GCS = ("file", "local"), ("s3", "s3a", "s3n"), ("gs", "gcs")
_CONTAINER_BEFORE_HOST = ("abfs", "abfss", "wasb", "wasbs")


def name_of(location: str) -> Name:
    """The name of a folder, a path or a URI, by OpenLineage's rules. Passwords in a URI are left out."""
    scheme, has_scheme, rest = location.partition("://")
    if not has_scheme or scheme in _LOCAL:
        local = LocalFileSystem((rest if has_scheme else location).rstrip("/"))
        return local.get_namespace(), local.get_name()
    host, _, path = rest.partition("/")
    path = path.rstrip("/")
    if scheme in _S3:
        return S3(host, path).get_namespace(), path
    if scheme in _GCS:
        return GCS(host, path).get_namespace(), path
    if scheme not in _CONTAINER_BEFORE_HOST:
        host = host.rpartition("@")[2]
    return f"{scheme}://{host}", path


@dataclass(frozen=True)
class Datasets:
    """The datasets of a lake and a landing zone."""

    lake: str
    landing: str

    def location(self, table: str) -> str:
        """The folder of a table."""
        return f"{self.lake.rstrip('/')}/{table}"

    def table(self, table: str) -> Name:
        """The name of a table."""
        return name_of(self.location(table))

    def inputs(self, table: TableSpec) -> list[InputDataset]:
        """What a table is made from: other tables, or a folder of the landing zone."""
        names = [self.table(read.table.name) for read in table.inputs]
        if table.lands:
            names.append(name_of(f"{self.landing.rstrip('/')}/{table.lands}"))
        return [InputDataset(*name) for name in dict.fromkeys(names)]

    def facets(self, table: TableSpec) -> dict[str, DatasetFacet]:
        """What a table's contract says about it: its columns, and what each of them is made of."""
        columns = [
            schema_dataset.SchemaDatasetFacetFields(column.name, column.type, column.doc, place)
            for place, column in enumerate(table.all_columns, 1)
        ]
        facets: dict[str, DatasetFacet] = {"schema": schema_dataset.SchemaDatasetFacet(columns)}
        lineage = {
            column: column_lineage_dataset.Fields(
                [
                    column_lineage_dataset.InputField(*self.table(dep.asset_key.path[-1]), dep.column_name)
                    for dep in deps
                ]
            )
            for column, deps in table.dagster_lineage.deps_by_column.items()
        }
        if lineage:
            facets["columnLineage"] = column_lineage_dataset.ColumnLineageDatasetFacet(lineage)
        return facets
