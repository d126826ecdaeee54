"""The lake: Delta tables, the one way rows get into them, and what each partition was made from."""
