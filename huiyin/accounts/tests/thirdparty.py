"""A third party's app as its builders write it, over HTTP against a running server."""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from django.test import Client as Browser

web = httpx.Client(timeout=60)
BACK = "https://app.example.com/back"
GIVEN = {
    "name": "Ledger",
    "kind": "server",
    "home": "https://app.example.com",
    "redirect_uris": [BACK],
    "scopes": ["openid", "profile", "email", "phone"],
    "acts_as": "",
}


@dataclass
class ThirdParty:
    """An app as its builders write it: it knows our address, its id and its secret, and nothing else of us."""

    at: str
    client_id: str
    secret: str
    browser: Browser
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    def question(self, **changes: Any) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": BACK,
            "scope": "openid profile email",
            "state": "of-the-app",
            "nonce": "once",
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
            **changes,
        }
        return "/oauth/authorize?" + str(httpx.QueryParams({k: v for k, v in asked.items() if v is not None}))

    def ask(self, *, untick: tuple[str, ...] = (), answer: str = "allow", **changes: Any) -> dict[str, str]:
        """What comes back to the app once the person has answered."""
        url = self.question(**changes)
        page = self.browser.get(url)
        if page.status_code == 200:
            ticked = re.findall(r'name="scopes" value="([^"]+)"', page.content.decode())
            ticked = [each for each in ticked if each not in untick]
            page = self.browser.post(url, {"answer": answer, "scopes": ticked})
        assert page.status_code == 302, page.content
        assert page["Location"].startswith(changes.get("redirect_uri", BACK) + "?")
        return {name: values[0] for name, values in parse_qs(urlsplit(page["Location"]).query).items()}

    def token(self, *, auth: Any = ..., **given: Any) -> httpx.Response:
        basic = (self.client_id, self.secret) if auth is ... else auth
        return web.post(f"{self.at}/oauth/token", data=given, auth=basic)

    def exchange(self, code: str, **changes: Any) -> httpx.Response:
        given = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
        return self.token(**{**given, "code_verifier": self.verifier, **changes})

    def refresh(self, token: str, **changes: Any) -> httpx.Response:
        return self.token(grant_type="refresh_token", refresh_token=token, **changes)

    def tokens(self, **changes: Any) -> dict[str, Any]:
        answer = self.exchange(self.ask(**changes)["code"])
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def userinfo(self, access: str) -> httpx.Response:
        return web.get(f"{self.at}/oauth/userinfo", headers={"Authorization": f"Bearer {access}"})
