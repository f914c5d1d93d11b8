"""The `huiyin` command: `python -m huiyin <command>`; commands live in each app's management folder."""

import os
import sys


def main() -> None:
    os.umask(0o077)  # whatever the shell says: the database, files and keys of the house are for us alone
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from huiyin.core.database import use_modern_sqlite

    use_modern_sqlite()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["huiyin", *sys.argv[1:]])


if __name__ == "__main__":
    main()
