"""Shape of the forms about people."""
