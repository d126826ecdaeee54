"""The `c360` commands, one module each; their words and options are in `c360_assets/cli.py`.

Commands stand above everything else: nothing imports them but the command line.
"""
