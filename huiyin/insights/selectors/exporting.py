"""The archive of a period as one table: frequent issues of each kind, then where cases waited."""

from collections.abc import Iterator
from typing import Any

from huiyin.insights.selectors.archive import Period, by_category, by_product, by_topic, waiting

HEAD = (
    *("list", "name", "count", "before", "people", "handovers", "reopened"),
    *("team", "median_hours", "nine_of_ten_hours", "share_percent"),
)
_HOUR = 3600


def rows(user: Any, period: Period) -> Iterator[tuple[Any, ...]]:
    for name, read in (("topic", by_topic), ("category", by_category), ("product", by_product)):
        for issue in read(user, period):
            told = (issue.count, issue.before, issue.people, issue.handovers, issue.reopened)
            yield (name, issue.name, *told, "", "", "", "")
    for wait in waiting(user, period):
        median, most = (round(each.total_seconds() / _HOUR, 1) for each in (wait.median, wait.most))
        yield (
            "waiting",
            wait.state,
            wait.cases,
            "",
            "",
            "",
            "",
            wait.team,
            median,
            most,
            round(100 * wait.share),
        )
