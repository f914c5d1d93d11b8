"""Every environment variable of Huiyin, typed, in one place; settings read only this."""

import difflib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, get_type_hints

PREFIX = "HUIYIN_"
ROOT = Path(__file__).resolve().parent.parent


class EnvError(SystemExit):
    """A setting that cannot be used; the process ends with one clear line."""

    def __init__(self, message: str) -> None:
        super().__init__(f"huiyin: {message}")


@dataclass(frozen=True)
class Env:
    """The operator's choices. A field `base_url` is read from `HUIYIN_BASE_URL`."""

    host: str = "127.0.0.1"
    port: int = 8000
    data: Path = field(default_factory=lambda: ROOT / "var")
    database_url: str = ""
    redis_url: str = ""
    keys_url: str = ""
    erasure_grace_days: int = 7
    storage_url: str = ""
    base_url: str = ""
    allowed_hosts: str = ""
    trusted_proxies: str = ""
    egress_allow: str = ""
    secret_file: str = ""
    demo: bool = False
    debug: bool = False
    password_composition: bool = False
    password_max_age_days: int = 0
    password_list: str = ""
    sign_in_with: str = ""
    email_url: str = ""
    audit_mail: str = ""
    sms_url: str = ""
    smtp_listen: str = ""
    llm_url: str = ""
    llm_key: str = ""
    llm_model: str = ""
    llm_seconds: int = 6
    llm_price: str = ""
    embed_url: str = ""
    embed_key: str = ""
    embed_model: str = ""
    embed_folder: str = ""
    language_engine: str = "owner"
    log: str = "pretty"
    mask_exports: bool = True

    @property
    def origin(self) -> str:
        return self.base_url.rstrip("/") or f"http://{self.host}:{self.port}"


def read(environ: Mapping[str, str] | None = None) -> Env:
    """The environment with `.env` beneath it. Refuses names and values it does not know."""
    values = {**dotenv(ROOT / ".env"), **(os.environ if environ is None else environ)}
    known = {PREFIX + f.name.upper(): f.name for f in fields(Env)}
    chosen: dict[str, Any] = {}
    types = get_type_hints(Env)
    for name, value in values.items():
        if not name.startswith(PREFIX):
            continue
        if name not in known:
            raise EnvError(_unknown(name, list(known)))
        if value != "":
            chosen[known[name]] = _parse(name, value, types[known[name]])
    return Env(**chosen)


def prices(text: str) -> tuple[Decimal, Decimal] | None:
    """What a million tokens cost, in and out, written `2.5/10`; None when nothing is said."""
    if not text:
        return None
    try:
        price_in, price_out = (Decimal(part) for part in text.split("/"))
    except (ValueError, InvalidOperation) as problem:
        raise EnvError("HUIYIN_LLM_PRICE must be written like 2.5/10") from problem
    return price_in, price_out


def listed(name: str, text: str) -> list[dict[str, str]]:
    """A JSON list of objects, such as the services to sign in with."""
    try:
        found = json.loads(text or "[]")
    except ValueError as problem:
        raise EnvError(f"{name} must be a JSON list") from problem
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise EnvError(f"{name} must be a JSON list of objects")
    return found


def _unknown(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"unknown environment variable {name}.{hint}"


def _parse(name: str, value: str, kind: type) -> Any:
    if kind is bool:
        if value.lower() not in {"0", "1", "true", "false", "yes", "no"}:
            raise EnvError(f"{name} must be 0 or 1, not {value!r}")
        return value.lower() in {"1", "true", "yes"}
    if kind is int:
        if not value.isdigit():
            raise EnvError(f"{name} must be a whole number, not {value!r}")
        return int(value)
    return Path(value).expanduser().resolve() if kind is Path else value


def dotenv(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#") and "=" in line)
    return {name.strip(): value.strip().strip("\"'") for name, value in pairs}
