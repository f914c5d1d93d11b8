"""Sign-in by password, with a user name, a phone number or an e-mail address."""

from typing import Any

from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from huiyin.accounts.models import User
from huiyin.accounts.selectors import doors


class PasswordBackend:
    """Checks name and password, in the same time whether or not the name exists."""

    def authenticate(
        self, request: HttpRequest | None, username: str = "", password: str = "", **_: Any
    ) -> User | None:
        user = doors.user_known_as(username)
        if user is None or not user.has_usable_password() or not password:
            make_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: str) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()
