"""The contracts of the tables for other tools, as the Open Data Contract Standard has them."""
