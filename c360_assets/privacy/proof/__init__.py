"""The proof of an erasure: every file of the lake, of Dagster's home and of the landing zone, searched for erased ids."""
