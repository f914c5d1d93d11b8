"""Pages about people: the door, and who may do what."""
