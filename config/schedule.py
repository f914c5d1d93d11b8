"""The one page of clocks: what runs by itself, and how often."""

from huiyin.core.jobs.schedule import Every

SCHEDULE: list[Every] = []
