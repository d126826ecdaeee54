"""`c360 explain`."""
