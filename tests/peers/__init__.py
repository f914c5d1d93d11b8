"""Faults that other help desks had, each with the test that we are immune; the table stands in test_table.py."""
