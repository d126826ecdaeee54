"""The landing zone: which files make a day, whether they changed, and what they hold."""
