"""Twins of the files port beside the disk."""
