"""Facts about jobs."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.facts import Event


@dataclass(frozen=True)
class JobRetried(Event):
    name: ClassVar[str] = "job.retried"
    subject_kind: ClassVar[str] = "job"
    is_act: ClassVar[bool] = True

    task: str
