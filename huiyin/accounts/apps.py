"""Registration of the accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "huiyin.accounts"
    label = "accounts"

    def ready(self) -> None:
        from huiyin.accounts.services import tokens
        from huiyin.core import rest

        rest.register_authenticator(tokens.present_token)
