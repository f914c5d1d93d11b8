"""What the company answers for: requests and their clocks, the data map, rules, recipients."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huiyin.core import persons
from huiyin.core.fields import BlindIndexField, EncryptedTextField
from huiyin.privacy import kinds
from huiyin.privacy.models import Request, RetentionRule, RetentionRun, Transfer
from huiyin.privacy.selectors import purposes


def requests(status: str = "") -> QuerySet[Request]:
    """The register, newest first. It names a person by their id alone."""
    rows = Request.objects.order_by("-asked_at", "-id")
    return rows.filter(status=status) if status in Request.Status.values else rows


def request_lines() -> Iterator[list[str]]:
    """The register as an authority reads it."""
    head = [
        _("Number"),
        _("Case"),
        _("Person"),
        _("Right exercised"),
        _("Status"),
        _("Asked"),
        _("Due"),
        _("Done"),
        _("Late"),
    ]
    yield head
    for row in requests().iterator(chunk_size=500):
        times = [at.isoformat() if at else "" for at in (row.asked_at, row.due_at, row.done_at)]
        case = f"HY-{row.case_number:06d}" if row.case_number else ""
        late = _("yes") if row.is_late else _("no")
        yield [
            str(row.id),
            case,
            str(row.contact_id),
            row.get_kind_display(),
            row.get_status_display(),
            *times,
            late,
        ]


def figures() -> dict[str, int]:
    """How the register stands: open, late, carried out."""
    rows = list(Request.objects.exclude(status=Request.Status.CANCELLED))
    return {
        "open": sum(row.status == Request.Status.OPEN for row in rows),
        "late": sum(row.is_late for row in rows),
        "done": sum(row.status == Request.Status.DONE for row in rows),
    }


def data_map() -> list[dict[str, Any]]:
    """Every column that holds something about people, with purpose, ground and retention."""
    rules = {rule.kind: rule for rule in RetentionRule.objects.all()}
    named = purposes.labels()
    return [{**_column(column, rules), **_asked_for(column, named)} for column in persons.columns()]


def map_lines() -> Iterator[list[str]]:
    """The data map as an authority reads it."""
    yield [_("Table"), _("Column"), _("Class"), _("Purpose"), _("Ground"), _("Kept (days)"), _("Kept how")]
    for row in data_map():
        yield [
            row["table"],
            row["column"],
            str(row["kind"]),
            str(row["why"]),
            str(row["ground"]),
            str(row["days"]),
            row["how"],
        ]


def rules() -> list[dict[str, Any]]:
    """Each class with its rule, its floor and its ceiling."""
    known = {rule.kind: rule for rule in RetentionRule.objects.all()}
    return [{"kind": kind, "rule": known.get(kind.key)} for kind in kinds.KINDS]


def runs() -> QuerySet[RetentionRun]:
    return RetentionRun.objects.order_by("-at")[:20]


def recipients() -> QuerySet[Transfer]:
    return Transfer.objects.prefetch_related("assessments").order_by("ended_at", "recipient")


def _asked_for(column: persons.Column, named: Mapping[str, str]) -> dict[str, str]:
    """A column that is used for a purpose which people are asked for says so, in place of what its class is for."""
    purpose = column.held.purpose
    return {"why": named[purpose], "ground": _("Consent (PIPL art. 13 no. 1)")} if purpose in named else {}


def _column(column: persons.Column, rules: dict[str, RetentionRule]) -> dict[str, Any]:
    kind = kinds.BY_KEY[column.held.kind]
    rule = rules.get(kind.key)
    return {
        "table": column.model._meta.label,
        "column": column.name,
        "kind": kind.label,
        "why": kind.why,
        "ground": kind.ground,
        "days": rule.days if rule else kind.days,
        "is_sensitive": column.held.is_sensitive,
        "how": _how(column.model._meta.get_field(column.name)),
    }


def _how(field: Any) -> str:
    if isinstance(field, EncryptedTextField):
        return _("sealed under the person's key") if field.subject else _("sealed")
    return _("keyed fingerprint") if isinstance(field, BlindIndexField) else _("readable")
