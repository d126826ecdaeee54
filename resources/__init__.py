"""What the assets are given: engine, lake, landing zone. Nothing here knows a table."""
