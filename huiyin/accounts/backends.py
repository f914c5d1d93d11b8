"""Sign-in by password; one gate for every door: an inactive person never passes."""

from typing import Any

from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from huiyin.accounts.models import User


class PasswordBackend:
    """Checks name and password, in the same time whether or not the name exists."""

    def authenticate(
        self, request: HttpRequest | None, username: str = "", password: str = "", **_: Any
    ) -> User | None:
        user = User.objects.filter(username=username.strip().lower()).first()
        if user is None:
            make_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: str) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()
