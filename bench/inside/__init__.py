"""Where the time of one `c360 run` goes: its steps, the limits of this machine, and the works within a day.

`steps` reads Dagster's own records, and serves `bench/scale` too, as `limits` does.
"""
