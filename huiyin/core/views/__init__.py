"""Pages of the floor, by noun."""
