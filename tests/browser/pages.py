"""Every page of the product: at which addresses a browser finds it, and which answers to GET are no page, and why.

The list is the list of routes. A new route is a page at its own address until somebody says otherwise here.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.architecture.test_routes import audience, routes

# Addresses that need more than the route says. Words in braces stand for what `furnish` puts into the house.
ADDRESSES: dict[str, tuple[str, ...]] = {
    "/account/address/<slug:way>/": ("/account/address/email/", "/account/address/phone/"),
    "/account/privacy/certificate/<str:code>/": ("/account/privacy/certificate/{certificate}/",),
    "/admin/access/": ("/admin/access/", "/admin/access/?hinted=1"),
    "/admin/apps/<slug:client_id>/": ("/admin/apps/{app}/",),
    "/admin/audit/": ("/admin/audit/", "/admin/audit/?action=nothing.ever"),
    "/admin/limits/<slug:role>/": ("/admin/limits/agent/",),
    "/admin/people/<uuid:person>/": ("/admin/people/{person}/",),
    "/admin/sites/<uuid:site_id>/": ("/admin/sites/{site}/",),
    "/assistant/flows/<slug:key>/": ("/assistant/flows/membership-check/",),
    "/desk/assistant/flows/<slug:key>/": ("/desk/assistant/flows/membership-check/",),
    "/desk/assistant/flows/<slug:key>/steps/<slug:step_id>/": tuple(
        f"/desk/assistant/flows/membership-check/steps/s{number}/" for number in range(1, 7)
    ),
    "/desk/assistant/flows/<slug:key>/trial/": ("/desk/assistant/flows/membership-check/trial/",),
    "/desk/assistant/systems/<slug:key>/": ("/desk/assistant/systems/{system}/",),
    "/desk/calendars/<slug:key>/": ("/desk/calendars/office/?year=2026",),
    "/desk/cases/": ("/desk/cases/?view=all",),
    "/desk/cases/<str:number>/": ("/desk/cases/1/",),
    "/desk/cases/<str:number>/clocks/<slug:kind>/": ("/desk/cases/1/clocks/resolution/",),
    "/desk/cases/<str:number>/toolbox/": ("/desk/cases/1/toolbox/",),
    "/desk/fields/<uuid:field_id>/": ("/desk/fields/{field}/",),
    "/desk/identities/<uuid:identity>/original/": ("/desk/identities/{identity}/original/",),
    "/desk/jobs/": ("/desk/jobs/", "/desk/jobs/?state=done"),
    "/desk/insights/topics/<slug:key>/": ("/desk/insights/topics/{topic}/",),
    "/desk/knowledge/care/": ("/desk/knowledge/care/?list=unused",),
    "/desk/knowledge/categories/<slug:key>/": ("/desk/knowledge/categories/refund/",),
    "/desk/knowledge/exchange/<uuid:article_import>/": ("/desk/knowledge/exchange/{article_import}/",),
    "/desk/knowledge/<slug:key>/": ("/desk/knowledge/membership-not-arrived/",),
    "/desk/knowledge/<slug:key>/versions/": ("/desk/knowledge/membership-not-arrived/versions/",),
    "/desk/models/<slug:task>/": ("/desk/models/category/",),
    "/desk/macros/<uuid:macro_id>/": ("/desk/macros/{macro}/",),
    "/desk/messages/<uuid:message>/original/": ("/desk/messages/{message}/original/",),
    "/desk/people/<uuid:contact_id>/": ("/desk/people/{contact}/",),
    "/desk/people/<uuid:contact_id>/merge/": (
        "/desk/people/{contact}/merge/",
        "/desk/people/{contact}/merge/?q=nobody@example.com",
    ),
    "/desk/policies/<slug:key>/": ("/desk/policies/tiered/",),
    "/desk/policies/<slug:key>/versions/<int:version>/": ("/desk/policies/tiered/versions/1/",),
    "/desk/privacy/assessments/<uuid:key>/": ("/desk/privacy/assessments/{assessment}/",),
    "/desk/privacy/people/<uuid:contact_id>/age/": ("/desk/privacy/people/{minor}/age/",),
    "/desk/scripts/<uuid:script_id>/": ("/desk/scripts/{script}/",),
    "/desk/search/": ("/desk/search/?q=会员",),
    "/desk/webhooks/<uuid:webhook>/": ("/desk/webhooks/{webhook}/",),
    "/desk/webhooks/<uuid:webhook>/removal/": ("/desk/webhooks/{webhook}/removal/",),
    "/follow/<str:key>/": ("/follow/{follow}/", "/follow/{follow_solved}/"),
    "/guardian/<str:key>/": ("/guardian/{guardian}/", "/guardian/{guardian_agreed}/"),
    "/guardian/<str:key>/entry/": ("/guardian/{guardian_agreed}/entry/",),
    "/invitations/<str:key>/": ("/invitations/{invitation}/",),
    "/kb/<slug:key>/": ("/kb/membership-not-arrived/",),
    "/kb/c/<slug:key>/": ("/kb/c/membership/",),
    "/kb/search": ("/kb/search?q=退款",),
    "/requests/sent/<str:key>/": ("/requests/sent/{follow}/",),
}
DATA = "answers data for programs"
FILE = "answers a file"
ONWARD = "sends the browser on"
PART = "answers a part of a page that is looked at as a whole"
MIDDLE = "stands in the middle of a way in, which tests/browser/test_account.py walks"
NO_PAGES: dict[str, str] = {
    "/.well-known/jwks.json": DATA,
    "/.well-known/openid-configuration": DATA,
    "/account/address/<slug:way>/codes/": "stands behind /account/address/, until both codes are typed",
    "/account/privacy/by/<str:key>/": ONWARD,
    "/account/privacy/certificate/<str:code>/file/": FILE,
    "/account/privacy/certificate/<str:code>/pdf/": FILE,
    "/account/privacy/copy/<uuid:export_id>/": FILE,
    "/account/security/recovery/": MIDDLE,
    "/account/sign-in/code/entry/": MIDDLE,
    "/account/sign-in/passkey/challenge": DATA,
    "/account/sign-in/password/": "stands in the way only where a rule says that passwords grow old",
    "/account/sign-in/second/": MIDDLE,
    "/account/sign-in/second/setup/": MIDDLE,
    "/account/sign-in/shut/": "answers 403 by design; tests/browser/test_pages.py looks at it by itself",
    "/account/sign-up/": MIDDLE,
    "/account/sign-up/linked/": "stands behind the sign-in of another service",
    "/account/with/<slug:service>/return/": ONWARD,
    "/admin/audit/export/": FILE,
    "/captcha/challenge": DATA,
    "/desk/files/<uuid:attachment>/": FILE,
    "/desk/assistant/flows/<slug:key>/file/": FILE,
    "/desk/insights/export/": FILE,
    "/desk/knowledge/exchange/export/": FILE,
    "/desk/mentions/people/": PART,
    "/desk/notices/menu/": PART,
    "/desk/privacy/map.csv": FILE,
    "/desk/privacy/register.csv": FILE,
    "/desk/views/": PART,
    "/files/<str:token>/": FILE,
    "/health/live": DATA,
    "/health/ready": DATA,
    "/kb/<slug:key>/files/<uuid:file_id>/": FILE,
    "/metrics": DATA,
    "/oauth/authorize": "asks for an app's words; tests/browser/test_apps.py looks at it",
    "/oauth/userinfo": DATA,
    "/requests/new": ONWARD,
    "/search/": ONWARD,
}
# Pages that a script draws after they have opened, and what is there when it is done.
DRAWN = {"/api/docs": ".opblock"}
# Open to everybody, and of interest to who has signed in.
SIGNED_IN = "/account/privacy/"


def readable() -> Iterator[tuple[str, str]]:
    """Each route beside the API's that answers GET, with its audience."""
    for path, view in routes():
        methods = methods_of(view)
        if not path.startswith("/api/v1/") and (methods is None or "GET" in methods):
            yield path, str(audience(view))


def methods_of(view: Any) -> set[str] | None:
    """What Django's own decorators let through to a view; nothing when none of them stands around it."""
    while view is not None:
        held = getattr(getattr(view, "__code__", None), "co_freevars", ())
        if "request_method_list" in held:
            return set(view.__closure__[held.index("request_method_list")].cell_contents)
        view = getattr(view, "__wrapped__", None)
    return None


def addresses(wanted: str, things: Mapping[str, str]) -> list[str]:
    """Where to look: `public` as a visitor, `portal` as somebody signed in, `staff` as an administrator."""
    found = []
    for path, whose in readable():
        reader = "portal" if path.startswith(SIGNED_IN) and "certificate" not in path else whose
        if path not in NO_PAGES and reader == wanted:
            found += [each.format_map(things) for each in ADDRESSES.get(path, (path,))]
    return found
