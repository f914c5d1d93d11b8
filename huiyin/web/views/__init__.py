"""Pages that mix nouns."""
