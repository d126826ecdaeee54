"""The job that erases customers: `c360 erase` for the launchpad. It is a dry run unless `dry_run` is false."""

from pathlib import Path

import dagster as dg

from c360_assets.automation.launchpad import errors_as_failures
from c360_assets.contracts.table import OWNER
from c360_assets.privacy.customers_file import customers_in
from c360_assets.privacy.erase import Erased, Eraser
from c360_assets.privacy.landed_files import LIST, REWRITE, LandedFiles
from c360_assets.privacy.preconditions import require_ready
from c360_assets.privacy.preview import preview
from c360_assets.privacy.proof.findings import remedies, tables_found
from c360_assets.privacy.receipts import traces_in
from c360_assets.privacy.resumed import subjects_to_erase
from c360_assets.privacy.subjects import RAW
from c360_assets.reference.model import load_reference
from resources.erasure.erasure_list import ErasureList
from resources.errors import NotACustomersFile, Where
from resources.lake.sql import LakeQuery
from resources.settings import Settings

RECEIPTS = dg.AssetSpec(
    "erasure_receipts",
    deps=[raw.TABLE.name for raw in RAW],
    group_name="privacy",
    owners=[OWNER],
    kinds={"json"},
    description="Receipts of erasures, in the lake below `erasures/_receipts`: one signed file per erasure, with digests "
    "and counts. Each erasure that the job `erase` carries out is a materialization.",
)


class EraseConfig(dg.Config):
    """Whom to erase, whether to do it, and whether landed files are written again without them.

    The ids are in a file on the machine that runs the job, one per line. Never write them here: Dagster keeps the
    config of its runs. With `again`, no file is given: whatever was put back is compared with the list of erasures.
    With `accept_lost`, the erasure goes ahead even though the list has lost entries; the file names everyone missing.
    """

    customers_file: str = ""
    dry_run: bool = True
    rewrite_landed_files: bool = False
    again: bool = False
    accept_lost: bool = False


@dg.op(description="Says what an erasure would touch and, unless dry_run, carries it out")
def erase_customers(context: dg.OpExecutionContext, config: EraseConfig, settings: dg.ResourceParam[Settings]) -> None:
    """Logs counts and places, no id. Raises dg.Failure if the erasure is not proven."""
    customers = _customers(config)
    with errors_as_failures():
        ErasureList(settings.lake, settings.erasure_key).require_key()
        subjects = subjects_to_erase(settings, customers, customers)
        ids = list(dict.fromkeys(pair for subject in subjects for pair in subject.ids))
        require_ready(settings, traces_in(settings.lake), ids, config.accept_lost)
        landed = LandedFiles(settings.landing, load_reference(settings.reference).landing, settings.first_day)
        landing = REWRITE if config.rewrite_landed_files else LIST
        for line in preview(LakeQuery(settings.lake), subjects, landed, landing):
            context.log.info(line)
        if config.dry_run:
            context.log.info("Nothing was changed: dry_run is true.")
            return
        job = context.repository_def.get_implicit_global_asset_job_def()
        eraser = Eraser(settings, context.instance, job, context.log.info, started_by=context.run_id)
        erased = eraser.erase(ids, landing, config.accept_lost)
    context.log_event(dg.AssetMaterialization(RECEIPTS.key, metadata=_figures(erased)))
    if erased.left:
        context.log.warning(f"Landed files that could not be rewritten: {len(erased.left)}. The receipt says why.")
    for unseen in filter(None, (erased.receipt.limit, *erased.receipt.not_searched)):
        context.log.warning(unseen)
    if not erased.is_proven:
        for place in tables_found(erased.scan):
            context.log.error(f"An erased id is still in {place}.")
        again = (
            "start the job again"
            if erased.outcome.ok
            else "put right what `c360 status` names, then start the job again"
        )
        what_helps = remedies(erased.scan, erased.outcome.ok, again)
        raise dg.Failure(
            f"The erasure is not proven: {len(erased.scan.hits)} files hold an erased id, and "
            f"{len(erased.outcome.failed)} partitions failed. {' '.join(what_helps)}",
            allow_retries=False,
        )


def _customers(config: EraseConfig) -> dict[str, Where]:
    """The names in the file, one per line, each with its line; none with `again`.

    Raises dg.Failure where both are set, or neither, and for a file that can't be used.
    """
    if config.again == bool(config.customers_file):
        raise dg.Failure("Set either customers_file, or again: true to name nobody.", allow_retries=False)
    if config.again:
        return {}
    try:
        names = customers_in(Path(config.customers_file))
    except (OSError, ValueError, NotACustomersFile):  # ValueError: a path with a null byte
        raise dg.Failure(
            "customers_file can't be read on the machine that runs the job: name a text file with one customer per line.",
            allow_retries=False,
        ) from None
    if not names:
        raise dg.Failure("customers_file names nobody: write one customer per line.", allow_retries=False)
    return names


def _figures(erased: Erased) -> dict[str, dg.MetadataValue]:
    """A receipt's counts."""
    receipt = erased.receipt
    kinds = [subject["kind"] for subject in receipt.subjects]
    return {
        "receipt": dg.MetadataValue.text(receipt.receipt_id),
        "contracts": dg.MetadataValue.int(kinds.count("contract")),
        "users": dg.MetadataValue.int(kinds.count("user")),
        "records_erased": dg.MetadataValue.int(sum(one["records"] for one in receipt.found.values())),
        "partitions_made_again": dg.MetadataValue.int(sum(receipt.remade.values())),
        "files_removed": dg.MetadataValue.int(sum(one["files"] for one in receipt.removed.values())),
        "files_scanned": dg.MetadataValue.int(erased.scan.files),
        "files_with_an_erased_id": dg.MetadataValue.int(len(erased.scan.hits)),
        "landed_files_rewritten": dg.MetadataValue.int(len(receipt.rewritten)),
        "landed_files_that_stay": dg.MetadataValue.int(len(receipt.landed_files)),
    }


@dg.job(
    description="Erases the customers that a file names from all tables, with a proof and a receipt. A dry run, which only "
    "says what it would touch, unless dry_run is false. See docs/erasure.md.",
)
def erase() -> None:
    """One op, which erases."""
    erase_customers()
