"""`c360 doctor`: whether this machine can run the project, and what to do if it can't."""

from dataclasses import asdict

from c360_assets.commands.doctor.checks import findings
from c360_assets.terminal import Terminal, shown
from resources.harmless import harmless_json
from resources.settings import Settings

_STYLES = {"ok": "green", "warning": "yellow", "failed": "bold red"}


def doctor_command(as_json: bool = False) -> int:
    """Prints one line per check as it is done. Returns 0 unless one failed."""
    console, found = Terminal(), []
    for finding in findings(Settings.from_environment()):
        found.append(finding)
        if not as_json:
            style = _STYLES[finding.state]
            console.print(
                f"[{style}]{finding.state:>7}[/]  {finding.name}: {shown(finding.found)}",
                highlight=False,
                soft_wrap=True,
            )
            if finding.remedy:
                console.print(f"         {shown(finding.remedy)}", highlight=False, soft_wrap=True)
    if as_json:
        print(harmless_json([asdict(finding) for finding in found], indent=2))
    return 1 if any(finding.state == "failed" for finding in found) else 0
