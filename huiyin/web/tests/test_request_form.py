"""The request form: what was typed is there again, whatever was refused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from huiyin.accounts.tests.visitors import by_hand
from huiyin.cases.models import Case
from huiyin.cases.tests.factories import organisation
from huiyin.core.attachments import MAX_SIZE
from huiyin.core.models import Attachment
from huiyin.voices.models import RawInput

pytestmark = pytest.mark.django_db
TYPED = {"text": "写了很久的话", "contact": "wang@example.com"}


@pytest.mark.parametrize(
    ("change", "files", "status"),
    [
        ({"contact": "12"}, [], 400),
        ({}, [SimpleUploadedFile("a.exe", b"MZ\x90\x00" + b"\x00" * 200)], 415),
        ({}, [SimpleUploadedFile("a.txt", b"x" * (MAX_SIZE + 1))], 413),
        ({}, [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(11)], 413),
    ],
    ids=["contact", "program", "too large", "too many"],
)
def test_request_new_when_refused_then_nothing_is_kept_and_the_words_are_there(client, change, files, status):
    organisation()
    form = {**TYPED, **change, **by_hand(), **({"files": files} if files else {})}
    answered = client.post("/requests/new/", form)
    assert (answered.status_code, TYPED["text"] in answered.content.decode()) == (status, True)
    assert (Case.objects.count(), RawInput.objects.count(), Attachment.objects.count()) == (0, 0, 0)
