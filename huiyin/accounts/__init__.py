"""People and organisation.

Owns: users (who sign in), contacts (whom we serve) with their identities, business lines, products, teams, grants of
roles, API tokens.
Does not own: consent and data requests (privacy), what a person said (voices), what we promised them (cases).
Events told: user.created, user.disabled, grant.given, token.issued, token.revoked, contact.created, contact.corrected.
Events heard: none.
"""
