"""The kept description of the JSON API: `python -m tests.architecture.openapi` writes it anew."""

import json
import os

from tests.architecture import source

KEPT = source.ROOT / "docs/api/openapi.json"


def generated() -> str:
    """The description as the code has it, in a form that reads well as a diff."""
    from config.api import api

    return json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.utils import translation

    django.setup()
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    with translation.override("en"):
        KEPT.write_text(generated(), encoding="utf-8")


if __name__ == "__main__":
    main()
