"""Tools for those who change the project; nothing here is installed."""
