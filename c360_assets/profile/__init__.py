"""One profile a customer and month."""
