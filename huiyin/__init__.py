"""Huiyin (回音): an answer to every voice. The apps stand in one tower; see docs/architecture.md."""

__version__ = "0.1.0"
