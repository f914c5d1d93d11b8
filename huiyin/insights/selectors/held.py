"""What topics hold about one person: in which of them their voices were counted."""

from huiyin.core.persons import Parcel, Person
from huiyin.insights.models import Member


def held_about(person: Person, parcel: Parcel) -> None:
    rows = Member.objects.filter(voice__contact=person.contact).select_related("topic").order_by("at")
    parcel.add("topics", ({"voice": row.voice_id, "topic": row.topic.shown, "at": row.at} for row in rows))
