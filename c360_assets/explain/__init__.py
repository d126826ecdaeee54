"""From a figure of a profile down to the landed records that it was made from, without an engine.

`evidence.py` reads what the lake holds of one customer: landed records with their fate (`watching.py`, `searching.py`),
the clean rows they became, and the rows of the months. `figures.py` finds the rule of a figure; the rules are in the
files beside it, one for each side of the profile. Each computes its figure again from the records and says how, in
words. Nothing here changes the lake, and nothing knows how it is shown: that is in `c360_assets/commands`.
"""
