"""Every write about people and organisation."""

from huiyin.accounts.services.contacts import correct, find_or_create, register
from huiyin.accounts.services.organisation import add_member, add_product, add_team, open_line
from huiyin.accounts.services.people import create_user, disable, grant, prefer, rule_role, set_password
from huiyin.accounts.services.tokens import issue_token, present_token, revoke_token, touch_token

__all__ = [
    "add_member",
    "add_product",
    "add_team",
    "correct",
    "create_user",
    "disable",
    "find_or_create",
    "grant",
    "issue_token",
    "open_line",
    "prefer",
    "present_token",
    "register",
    "revoke_token",
    "rule_role",
    "set_password",
    "touch_token",
]
