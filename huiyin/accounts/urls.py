"""Routes of accounts, by audience."""

from django.urls import path

from huiyin.accounts.views import door

staff = [
    path("preference/", door.preference, name="preference"),
]
public = [
    path("desk/sign-in/", door.sign_in, name="sign_in"),
    path("desk/sign-out/", door.sign_out, name="sign_out"),
]
