"""People and organisation.

Owns: users (who sign in), contacts (whom we serve) with their identities, business lines, products, teams, grants of
roles, API tokens.
Does not own: consent and data requests (privacy), what a person said (voices), what we promised them (cases).
Doors: every proof ends in one pipeline (`entering.enter` -> `stages` -> `adapters`); sessions, codes, second
steps, linked accounts and the OpenID provider are ours too.
Events told: user.signed_in, session.ended, factor.added, address.verified, terms.accepted, user.created,
user.disabled, grant.given, token.issued, token.revoked, contact.created, contact.corrected, contact.merged,
contact.split.
Events heard: session.ended (apps of others are told).
"""
