"""`python -m c360_assets.cli`."""

from c360_assets.cli.main import main

main()
