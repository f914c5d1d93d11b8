"""`huiyin openapi`: the description of the JSON API, as the code has it."""

import json
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from config.api import api


class Command(BaseCommand):
    help = "Print the OpenAPI 3.1 description of the JSON API."

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            schema = api.get_openapi_schema(path_prefix="/api/v1/")
        self.stdout.write(json.dumps(schema, indent=2, ensure_ascii=False))
