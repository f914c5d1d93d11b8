"""Registration of the cases app."""

from functools import partial

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "huiyin.cases"
    label = "cases"

    def ready(self) -> None:
        from huiyin.accounts import selectors
        from huiyin.cases import listeners  # noqa: F401
        from huiyin.cases.selectors import access, held
        from huiyin.cases.services import erasure
        from huiyin.core import attachments, live, persons

        selectors.reach_contacts_by(access.contacts_met)
        attachments.register_reader("message", access.may_read_message)
        attachments.register_reader("note", access.may_read_note)
        live.authorise("case", access.may_hear)
        live.authorise("presence", access.may_hear)
        live.authorise("notice", lambda user, person: str(user.pk) == person)
        live.open_door("follow", access.topics_of)
        persons.open_door(held.contact_behind)
        persons.tell_owner("case", held.contact_of_case)
        persons.hear_of(held.contacts_heard_since)
        for table in ("conversations.Message", "cases.Note", "cases.Case"):
            persons.on_masked(table, partial(erasure.refresh_found, table))
        persons.register(
            persons.Source(
                "cases", held.TABLES, held.held_about, held.traces_of, erasure.erase, owes=held.owed_to
            )
        )
