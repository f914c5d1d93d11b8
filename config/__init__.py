"""Wiring of the product: settings, routes, schedule. No rules live here."""
