"""Registration of the accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "huiyin.accounts"
    label = "accounts"

    def ready(self) -> None:
        from huiyin.accounts import selectors
        from huiyin.core import rest

        rest.register_authenticator(selectors.token_for)
