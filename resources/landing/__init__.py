"""The landing zone: which files belong to a day, whether they changed, and what they hold."""
