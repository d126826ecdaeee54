"""What exists, and how each table is made."""
