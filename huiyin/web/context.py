"""What the shells of the pages need to know about the person: where they may go, who they are."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from huiyin.accounts import policies
from huiyin.accounts.models import Role
from huiyin.assistant import policies as assistant
from huiyin.cases import policies as cases
from huiyin.insights import policies as insights
from huiyin.knowledge import policies as knowledge
from huiyin.language import policies as language
from huiyin.privacy import policies as privacy

ORDER = ("admin", "owner", "supervisor", "senior", "agent", "manager", "engineer", "auditor", "external")


def desk(request: HttpRequest) -> dict[str, Any]:
    """The rail and the person, for staff; nothing for visitors, and without a query for them."""
    user: Any = getattr(request, "user", None)
    if user is None or not getattr(user, "is_staff_member", False):
        return {"nav": [], "me": None}
    role = next((name for name in ORDER if name in user.roles), "")
    return {
        "nav": _nav(request, user),
        "me": {"id": str(user.pk), "name": str(user), "role": Role(role).label if role else ""},
    }


def _audits_only(user: Any) -> bool:
    """Auditors go straight to the record; administrators reach it through administration."""
    return policies.can_read_audit(user) and not policies.can_administer(user)


def _nav(request: HttpRequest, user: Any) -> list[dict[str, Any]]:
    places = [
        ("case_list", "inbox", _("Cases"), policies.can_enter_desk),
        ("contact_list", "users", _("People"), policies.can_read_contacts),
        ("knowledge_list", "book", _("Knowledge"), knowledge.can_read_desk_articles),
        ("assistant_console", "message-2", _("Assistant"), assistant.can_read_assistant),
        ("insights", "activity", _("Insights"), insights.can_read_insights),
        ("model_list", "sparkles", _("Models"), language.can_read_models),
        ("script_list", "bolt", _("Scripts"), cases.can_keep_tools),
        ("calendar_list", "calendar", _("Promises"), policies.can_enter_desk),
        ("staff_people", "settings", _("Admin"), policies.can_administer),
        ("privacy_register", "shield-check", _("Privacy"), privacy.can_see_privacy),
        ("privacy_purposes", "shield-check", _("Purposes"), privacy.sees_purposes_alone),
        ("audit_log", "history", _("Record of acts"), _audits_only),
    ]
    return [
        {
            "url": (url := reverse(name)),
            "icon": icon,
            "label": label,
            "current": _is_current(request, name, url),
        }
        for name, icon, label, may in places
        if may(user)
    ]


def _is_current(request: HttpRequest, name: str, url: str) -> bool:
    under_administration = name == "staff_people" and request.path.startswith("/admin/")
    return under_administration or request.path.startswith(url)
