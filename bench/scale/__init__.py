"""How the cost of one `c360 run` grows with the days of a month: seconds, memory, and bytes kept.

`loads` measures; `report`, `space` and `shares` are the tables: what a load takes, what it keeps and holds, and how near its
large steps come to the limits of this machine.
"""
