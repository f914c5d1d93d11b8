"""What many texts talk about, without anybody having named it: groups, their words, and which of them swell.

Vectors and texts in, groups out; no table, no encoder.
"""

from huiyin.language.topics.bursts import Burst, bursts
from huiyin.language.topics.grouping import Stream, centred, grouped, regrouped
from huiyin.language.topics.naming import Named, named

__all__ = ["Burst", "Named", "Stream", "bursts", "centred", "grouped", "named", "regrouped"]
