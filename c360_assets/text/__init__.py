"""Text in one consistent form, on either engine: pure functions from str to str, and column functions made of them.

The rules in `c360_assets/cleaning` decide which text is accepted.
"""
