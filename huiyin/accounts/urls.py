"""Routes of accounts, by audience."""

from django.urls import path

from huiyin.accounts.views import (
    account,
    confirming,
    connected,
    door,
    invitation,
    joining,
    linked,
    oversight,
    passkeys,
    provider,
    second,
    security,
)
from huiyin.accounts.views import clients as oidc_apps
from huiyin.accounts.views import identity as host_identity
from huiyin.accounts.views import sites as host_sites
from huiyin.accounts.views import staff as colleagues

staff = [
    path("preference/", door.preference, name="preference"),
]
administration = [
    path("apps/", oidc_apps.app_list, name="oidc_apps"),
    path("apps/<slug:client_id>/", oidc_apps.app_detail, name="oidc_app"),
    path("apps/<slug:client_id>/secret/", oidc_apps.app_secret, name="oidc_app_secret"),
    path("apps/<slug:client_id>/disabling/", oidc_apps.app_disabling, name="oidc_app_disabling"),
    path("apps/<slug:client_id>/enabling/", oidc_apps.app_enabling, name="oidc_app_enabling"),
    path("sites/", host_sites.site_list, name="host_sites"),
    path("sites/<uuid:site_id>/", host_sites.site_detail, name="host_site"),
    path("sites/<uuid:site_id>/keys/", host_sites.site_key, name="host_site_key"),
    path(
        "sites/<uuid:site_id>/keys/<slug:kid>/revocation/",
        host_sites.site_key_revocation,
        name="host_site_key_revocation",
    ),
    path("sites/<uuid:site_id>/closing/", host_sites.site_closing, name="host_site_closing"),
    path("people/", colleagues.people, name="staff_people"),
    path("people/invitations/new/", colleagues.invitation_new, name="staff_invite"),
    path(
        "people/invitations/<uuid:invitation>/withdrawal/",
        colleagues.invitation_withdrawal,
        name="staff_invitation_withdrawal",
    ),
    path("people/<uuid:person>/", colleagues.person, name="staff_person"),
    path("people/<uuid:person>/limits/", colleagues.person_limits, name="staff_person_limits"),
    path("people/<uuid:person>/disabling/", colleagues.disabling, name="staff_disabling"),
    path("people/<uuid:person>/enabling/", colleagues.enabling, name="staff_enabling"),
    path("people/<uuid:person>/eyes/", oversight.eyes_borrowing, name="eyes_borrowing"),
    path("grants/<uuid:grant>/revocation/", colleagues.revocation, name="staff_revocation"),
    path("grants/<uuid:grant>/review/", oversight.verdict, name="staff_verdict"),
    path("trust/<uuid:trust_request>/decision/", colleagues.decision, name="staff_decision"),
    path("limits/", oversight.rules, name="staff_rules"),
    path("limits/<slug:role>/", oversight.rule, name="staff_rule"),
    path("access/", oversight.review, name="staff_review"),
    path("audit/", oversight.audit_log, name="audit_log"),
    path("audit/export/", oversight.audit_export, name="audit_export"),
    path("eyes/return/", oversight.eyes_return, name="eyes_return"),
]
portal = [
    path("account/apps/", connected.connected_apps, name="account_apps"),
    path("account/apps/<slug:client_id>/removal/", connected.app_removal, name="account_app_removal"),
    path("account/", account.account_home, name="account_home"),
    path("account/devices/", account.devices, name="account_devices"),
    path("account/devices/all/end/", account.devices_end, name="account_devices_end"),
    path("account/devices/<uuid:session>/end/", account.device_end, name="account_device_end"),
    path("account/password/", account.password, name="account_password"),
    path("account/address/<slug:way>/", account.address_change, name="account_address"),
    path("account/address/<slug:way>/codes/", account.address_codes, name="account_address_codes"),
    path("account/confirmation/", confirming.confirmation, name="account_reauthenticate"),
    path("account/confirmation/code/", confirming.confirmation_code, name="account_confirmation_code"),
    path("account/linked/", linked.linked_accounts, name="account_linked"),
    path("account/linked/<slug:service>/addition/", linked.linked_addition, name="account_linked_addition"),
    path(
        "account/linked/<uuid:linked_account>/removal/", linked.linked_removal, name="account_linked_removal"
    ),
    path("account/security/", security.security, name="account_security"),
    path("account/security/app/", security.app_setup, name="account_app"),
    path("account/security/passkeys/", security.passkey_setup, name="account_passkey"),
    path("account/security/recovery/", security.recovery_codes, name="account_recovery_codes"),
    path("account/security/recovery/renewal/", security.recovery_renewal, name="account_recovery_renewal"),
    path("account/security/code/", security.code_choice, name="account_code_choice"),
    path("account/security/<int:factor>/removal/", security.factor_removal, name="account_factor_removal"),
]
public = [
    path(".well-known/openid-configuration", provider.configuration, name="oidc_configuration"),
    path(".well-known/jwks.json", provider.jwks, name="oidc_keys"),
    path("oauth/authorize", provider.authorize, name="oidc_authorize"),
    path("oauth/token", provider.token, name="oidc_token"),
    path("oauth/userinfo", provider.userinfo, name="oidc_userinfo"),
    path("oauth/revoke", provider.revoke, name="oidc_revoke"),
    path("oauth/introspect", provider.introspect, name="oidc_introspect"),
    path("identity/", host_identity.identity, name="identity"),
    path("invitations/<str:key>/", invitation.invitation, name="invitation"),
    path("desk/sign-in/", door.staff_sign_in, name="sign_in"),
    path("desk/sign-out/", door.sign_out, name="sign_out"),
    path("account/sign-in/", door.sign_in, name="account_login"),
    path("account/sign-in/code/", door.code_request, name="account_code_request"),
    path("account/sign-in/code/entry/", door.code_entry, name="account_code"),
    path("account/sign-in/passkey/", passkeys.passkey_sign_in, name="passkey_sign_in"),
    path("account/sign-in/passkey/challenge", passkeys.passkey_challenge, name="passkey_challenge"),
    path("account/sign-in/second/", second.second_step, name="second_step"),
    path("account/sign-in/second/code/", second.second_step_code, name="second_step_code"),
    path("account/sign-in/second/setup/", security.second_step_setup, name="second_step_setup"),
    path("account/sign-in/password/", second.password_expired, name="account_password_expired"),
    path("account/sign-in/shut/", door.shut, name="account_inactive"),
    path("account/sign-out/", door.sign_out, name="account_logout"),
    path("account/sign-up/", joining.join, name="account_join"),
    path("account/sign-up/name/", joining.join_by_name, name="account_signup"),
    path("account/with/<slug:service>/", linked.linked_start, name="account_linked_start"),
    path("account/with/<slug:service>/return/", linked.linked_return, name="account_linked_return"),
    path("account/sign-up/linked/", linked.linked_join, name="account_linked_join"),
    path("account/privacy-policy/", joining.privacy_policy, name="account_terms"),
]
