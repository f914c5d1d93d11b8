"""Full-text search inside the business database: how text becomes tokens, and the two engines."""
