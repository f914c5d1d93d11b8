"""Pages of the help centre and of the knowledge desk."""
