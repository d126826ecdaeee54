"""`c360 doctor`."""
