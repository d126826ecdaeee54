"""One profile per customer and month."""
