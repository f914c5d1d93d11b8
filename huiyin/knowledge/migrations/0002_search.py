"""The tables of the two search indexes."""

from django.db import migrations

from huiyin.core.ports.search import CreateIndex
from huiyin.knowledge.indexes import ARTICLES, NEAR


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0001_initial")]

    operations = [CreateIndex(ARTICLES), CreateIndex(NEAR)]
