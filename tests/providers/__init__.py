"""Services of others, run for real on loopback."""
