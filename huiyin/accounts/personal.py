"""What accounts hold about people: who they are, how they come in, what staff are trusted with."""

from huiyin.core.persons import CONSENT, IDENTITY, MINOR, SECURITY, SERVICE, THING, WORK, of

HELD = {
    "Contact": {
        **of(IDENTITY, "name city attributes merged_into"),
        **of(SERVICE, "language user"),
        **of(CONSENT, "choices"),
        **of(MINOR, "minor_until"),
    },
    "Identity": of(IDENTITY, "contact value index"),
    "ContactMerge": {**of(IDENTITY, "kept gone user members"), **of(WORK, "by_kind by_id")},
    "User": {
        **of(IDENTITY, "username display_name email email_index phone phone_index"),
        **of(SECURITY, "password joined_from second_step"),
        **of(SERVICE, "language time_zone preferences"),
        **of(MINOR, "waits_for_guardian"),
    },
    # Tables of allauth: factors are used; addresses stand on the account, so that its own table stays empty.
    "mfa.Authenticator": of(SECURITY, "user data"),
    "account.EmailAddress": of(IDENTITY, "user email"),
    "allauth_idp_oidc.Client": {
        **of(WORK, "owner"),
        **of(THING, "id name secret scopes default_scopes grant_types redirect_uris cors_origins"),
        **of(THING, "response_types data"),
    },
    "allauth_idp_oidc.Token": of(SECURITY, "user hash data scopes"),
    "RegisteredApp": {**of(WORK, "acts_as"), **of(THING, "home logout_uri digest former_digest")},
    "Connection": of(CONSENT, "user scopes"),
    "AppSession": of(SECURITY, "connection session"),
    "SigningKey": of(THING, "pem"),
    "OneTimeCode": of(SECURITY, "address index digest user"),
    "Session": of(SECURITY, "user key factor device address place ended_why"),
    "SignIn": of(SECURITY, "user reason device device_index address place place_index"),
    "LinkedAccount": {**of(IDENTITY, "user subject index label details"), **of(THING, "provider")},
    "ApiToken": {**of(SECURITY, "user digest hint"), **of(THING, "name scopes")},
    "HostKey": of(THING, "kid secret"),
    "Grant": of(WORK, "user granted_by revoked_by"),
    "Invitation": {**of(WORK, "email index invited_by"), **of(SECURITY, "digest")},
    "TrustRequest": of(WORK, "user asked_by decided_by"),
    "AccessRule": {**of(WORK, "user"), **of(THING, "networks days")},
    "BorrowedEyes": of(SECURITY, "user by"),
    "AccessReview": of(THING, "quarter"),
    "ReviewDecision": of(WORK, "by"),
    "Membership": of(WORK, "user"),
    "BusinessLine": {**of(WORK, "owner"), **of(THING, "key name_zh name_en")},
    "Team": {**of(WORK, "lead"), **of(THING, "key name_zh name_en")},
}
