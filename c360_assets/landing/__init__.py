"""From landed files to raw tables and links."""
