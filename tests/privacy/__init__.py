"""The rights of people over their own data, through all apps of the tower."""
