"""A language model's answer from our own passages: what it is shown, and what of its answer may be believed.

`cleaning` takes out what a reader cannot see, `orders` recognises text that wants to command the model, `prompt`
asks, `checking` refuses whatever the passages do not say. No tables and no network here.
"""

from huiyin.assistant.writing.passages import Passage, Rejected, Written

__all__ = ["Passage", "Rejected", "Written"]
