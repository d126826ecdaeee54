"""Messages to a webhook: one for each cause, sent once, by `c360 run` and by the sensor `notifications`.

What belongs here: what a message says, what was sent already, and how it is sent. What does not: finding out what has
happened, which planning, checks and Dagster's runs do.
"""
