"""Makes what a plan asks for: runs, their failures, and the processes that work on them.

What to make is decided in `c360_assets/planning`.
"""
