"""The search index of cases."""

from django.db import migrations

from huiyin.cases.models import CASES
from huiyin.core.ports import search


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [search.CreateIndex(CASES)]
