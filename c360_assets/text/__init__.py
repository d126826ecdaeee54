"""Text in one form, on either engine: pure functions str → str, and the columns made of them.

Which text is accepted is decided by the rules in `c360_assets/cleaning`.
"""
