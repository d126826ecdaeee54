"""What differs between two versions of a table, and why.

`versions.py` finds which partitions to compare, `compare.py` compares their rows, and `cause.py` finds what they were
made again from. Starts no engine and changes nothing.
"""
