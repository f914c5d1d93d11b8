"""Routes of accounts, by audience."""

from django.urls import path

from huiyin.accounts import views

staff = [
    path("preference/", views.preference, name="preference"),
]
public = [
    path("desk/sign-in/", views.sign_in, name="sign_in"),
    path("desk/sign-out/", views.sign_out, name="sign_out"),
]
