"""Registration of the accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "huiyin.accounts"
    label = "accounts"

    def ready(self) -> None:
        from huiyin.accounts import listeners, syschecks  # noqa: F401
        from huiyin.accounts.selectors import clients, held
        from huiyin.accounts.services import erasure, tokens
        from huiyin.accounts.views import gatekeeper, likes
        from huiyin.core import access, i18n, persons, rest, themes

        access.check_staff_by(gatekeeper.check)
        i18n.on_choice(likes.keep_language)
        themes.on_choice(likes.keep_theme)
        rest.register_authenticator(tokens.present_token)
        rest.register_authenticator(clients.presented)
        persons.register(
            persons.Source("accounts", erasure.TABLES, held.held_about, held.traces_of, erasure.erase)
        )
