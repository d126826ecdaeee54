"""The `c360` commands, one module or folder each; their names and options are in `c360_assets/cli`.

Commands are above everything else: only the command line imports them.
"""
