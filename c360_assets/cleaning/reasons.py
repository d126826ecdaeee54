"""What the rules of all logs share."""

ACCEPTED = "accepted"
"""What stands for a reason where no rule is broken; never null, so that no comparison loses a row."""
