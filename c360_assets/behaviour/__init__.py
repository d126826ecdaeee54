"""From clean logs to a month's metrics, taste, segments and trends."""
