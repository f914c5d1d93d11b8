"""Reads of privacy: what somebody agreed to, what they demanded, what the company declares."""

from huiyin.privacy.selectors.consent import allows, current_text, history, switches

__all__ = ["allows", "current_text", "history", "switches"]
