"""Running the assets: what to make, and when."""
