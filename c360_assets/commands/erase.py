"""`c360 erase`: removes customers from the lake, proves it, and writes a receipt."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import dagster as dg
from rich.console import Console

from c360_assets.build import build
from c360_assets.execution.runner import Outcome
from c360_assets.planning.lines import counted, reason_lines
from c360_assets.privacy.erase import Erased, Eraser, prove
from c360_assets.privacy.landed_files import REWRITE, LandedFiles
from c360_assets.privacy.preconditions import require_ready
from c360_assets.privacy.preview import preview
from c360_assets.privacy.proof.byte_scan import Scan
from c360_assets.privacy.proof.findings import place_of, remedies
from c360_assets.privacy.proof.forms import UNREADABLE
from c360_assets.privacy.receipts import read_receipt, traces_in
from c360_assets.privacy.resumed import subjects_to_erase
from c360_assets.privacy.subjects import Subject
from c360_assets.reference.model import load_reference
from c360_assets.terminal import Terminal, shown
from resources.engine.session import stop_engine
from resources.erasure.erasure_list import ErasureList
from resources.errors import Where
from resources.home import dagster_home
from resources.lake.sql import LakeQuery
from resources.settings import Settings

_MOST_SHOWN = 20


def erase_command(
    customers: Sequence[str], is_meant: bool, landing: str, places: Mapping[str, Where], accepts_lost: bool = False
) -> int:
    """Says what an erasure does and, if confirmed, does it. Returns 0 only if nothing of the customers is found afterwards.

    `landing` says what becomes of landed files, and `places` where customers are named in a file. With `accepts_lost`, a
    list of erasures that has lost entries is taken as whole.

    Without customers, what may hold those who were erased before is compared with the list again.

    Raises UnknownCustomer, ErasureKeyRefused, ErasuresLost and LandingError before anything is changed; ErasureRefused also
    if a run began meanwhile.
    """
    settings, console = Settings.from_environment(), Terminal()
    ErasureList(settings.lake, settings.erasure_key).require_key()
    subjects = subjects_to_erase(settings, customers, places)
    ids = list(dict.fromkeys(pair for subject in subjects for pair in subject.ids))
    require_ready(settings, traces_in(settings.lake), ids, accepts_lost)
    _show_subjects(console, subjects)
    for line in preview(LakeQuery(settings.lake), subjects, _landed(settings), landing):
        console.print(line, highlight=False, soft_wrap=True, markup=False)
    if not is_meant:
        console.print("[yellow]Nothing was changed.[/] Add --yes to erase.", highlight=False)
        return 0
    dagster_home()
    job = build(settings).resolve_implicit_global_asset_job_def()
    try:
        with dg.DagsterInstance.get() as instance:
            erased = Eraser(settings, instance, job, lambda text: _say(console, text)).erase(ids, landing, accepts_lost)
    finally:
        stop_engine()
    return _report(console, erased)


def verify_command(receipt: Path) -> int:
    """Repeats the proof of an erasure. Returns 0 if nothing was found."""
    settings, console = Settings.from_environment(lake_alone=True), Terminal()
    erasures = ErasureList(settings.lake, settings.erasure_key)
    found = read_receipt(receipt.read_bytes(), erasures, receipt.name)
    dagster_home()
    scan = prove(settings.lake, erasures)
    listed = {(one.kind, one.digest) for one in erasures.entries()}
    missing = [one for one in found.subjects if (one["kind"], one["digest"]) not in listed]
    if missing:
        console.print(f"[bold red]not on the list[/] {len(missing)} of the receipt's ids", highlight=False)
    _show_scan(console, scan)
    landed = _landed(Settings.from_environment()).prove(erasures) if found.landing == REWRITE else Scan()
    if found.landing == REWRITE:
        _show_scan(console, landed, "landed ")
    if not scan.is_clean:
        for line in remedies(scan, again="run `c360 erase` with --yes again"):
            console.print(line, highlight=False, soft_wrap=True)
    _show_limit(console, found.limit, *scan.elsewhere)
    return 0 if scan.is_clean and landed.is_clean and not missing else 1


def _landed(settings: Settings) -> LandedFiles:
    return LandedFiles(settings.landing, load_reference(settings.reference).landing, settings.first_day)


def _say(console: Console, text: str) -> None:
    console.print(f"[dim]{shown(text)}[/]", highlight=False)


def _show_subjects(console: Console, subjects: Sequence[Subject]) -> None:
    """Who is meant. The only ids are those that were given, and contracts that share a user with them."""
    for subject in subjects[:_MOST_SHOWN]:
        (kind, text), *linked = subject.ids
        more = f" and {counted(len(linked), 'id')} linked to it" if linked else ""
        console.print(f"[bold]to erase[/] {kind} {shown(text)}{more}", highlight=False, soft_wrap=True)
    if (more_subjects := len(subjects) - _MOST_SHOWN) > 0:
        console.print(f"  and {counted(more_subjects, 'more customer')}", highlight=False)
    for subject in subjects:
        for contract in subject.also_linked:
            console.print(
                f"[yellow]conflict[/] {shown(subject.ids[0][1])} shares a user with {shown(contract)}, which is not erased",
                highlight=False,
            )


def _report(console: Console, erased: Erased) -> int:
    again = _show_not_made(console, erased.outcome)
    _show_scan(console, erased.scan)
    if erased.receipt.landing == REWRITE:
        _show_landed(console, erased)
    state = f"[bold red]Not proven.[/] {' '.join(remedies(erased.scan, erased.outcome.ok, again))}"
    if erased.is_proven:
        state = "[green]Erased and proven.[/]"
        if erased.left:
            state = "[bold yellow]Erased from the lake and proven there, but not from all landed files.[/]"
    console.print(f"{state} Receipt {erased.receipt.receipt_id}", highlight=False, soft_wrap=True)
    _show_limit(console, erased.receipt.limit, *erased.receipt.not_searched)
    return 0 if erased.is_proven and not erased.left else 1


def _show_not_made(console: Console, outcome: Outcome) -> str:
    """Names all that keeps the tables from being made as they landed. Returns what to do, as `remedies` takes it."""
    for title, found in (
        ("failed", reason_lines(outcome.failed)),
        ("left as it was", reason_lines(outcome.blocked)),
        ("not read", outcome.unrecognized_files),
        ("problem", outcome.problems),
    ):
        for line in found[:_MOST_SHOWN]:
            console.print(f"[bold red]{title}[/] {shown(line)}", highlight=False, soft_wrap=True)
    return (
        "run the same command again" if outcome.ok else "put right what is named above, then run the same command again"
    )


def _show_limit(console: Console, *limits: str | None) -> None:
    """Which ids the proof finds only as whole values, and where it does not look."""
    for limit in filter(None, limits):
        console.print(f"[yellow]{shown(limit)}[/]", highlight=False, soft_wrap=True)


def _show_landed(console: Console, erased: Erased) -> None:
    """What became of landed files, and which still hold a customer."""
    for file in erased.left[:_MOST_SHOWN]:
        why = erased.receipt.not_rewritten[file]
        console.print(f"[bold red]not rewritten[/] {shown(file)}: {shown(why)}", highlight=False, soft_wrap=True)
    left = f"{len(erased.left)} still {'holds' if len(erased.left) == 1 else 'hold'} an erased id"
    console.print(
        f"Rewrote {counted(len(erased.receipt.rewritten), 'landed file')}: {left}.",
        highlight=False,
    )


def _show_scan(console: Console, scan: Scan, kind: str = "") -> None:
    holding = f"{len(scan.hits)} {'holds' if len(scan.hits) == 1 else 'hold'} an erased id"
    for file in scan.unsearched[:_MOST_SHOWN]:
        why = scan.reasons.get(file, UNREADABLE)
        console.print(f"[bold red]not searched[/] {shown(file)}: {shown(why)}", highlight=False, soft_wrap=True)
    for file, count in list(scan.hits.items())[:_MOST_SHOWN]:
        console.print(
            f"[bold red]found[/] {shown(place_of(file, scan))}: {count} times", highlight=False, soft_wrap=True
        )
    console.print(
        f"Scanned {scan.files:,} {kind}files, {scan.bytes:,} bytes: {holding}.",
        highlight=False,
    )
    if scan.keywords:
        click.echo(f"{scan.keywords} keywords that people typed look like an erased id; they are kept.")
