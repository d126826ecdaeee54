"""What the assets work with: engine, lake, landing zone. Nothing here knows a table."""
