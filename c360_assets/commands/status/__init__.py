"""`c360 status`."""
