"""WSGI entry: pages and API."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from huiyin.core.database import use_modern_sqlite

use_modern_sqlite()

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
