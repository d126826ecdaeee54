"""From raw to clean, quarantine and ledgers."""
