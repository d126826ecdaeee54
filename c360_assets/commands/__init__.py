"""The `c360` commands, one module each; their names and options are in `c360_assets/cli.py`.

Commands are above everything else: only the command line imports them.
"""
