"""`c360`: the headless door to the same assets as Dagster's UI. Here are the commands' words and options only.

What a command does is in `commands/`; it is imported when the command is called, so that `--help` answers at once.
"""

from c360_assets.cli.main import cli, main

__all__ = ["cli", "main"]
