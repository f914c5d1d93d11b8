"""Signing in with an account of another service: WeChat, QQ, Weibo, DingTalk, Feishu, any OpenID Connect provider.

Each answers in its own dialect; what comes out is an issuer and a subject there, never a name or an address as key.
Every call goes through the guarded way out.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jwt
from django.conf import settings
from django.utils.translation import gettext as _

from huiyin.core import egress
from huiyin.core.errors import Invalid, Unavailable

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
LEEWAY = 60
JSONP = re.compile(rb"^\s*\w+\s*\(\s*(\{.*\})\s*\)\s*;?\s*$", re.DOTALL)
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Service:
    """One configured service: whose dialect it speaks, and who we are to it."""

    key: str
    provider: str
    client: str
    secret: str
    name: str = ""
    issuer: str = ""
    base: str = ""

    def at(self, url: str) -> str:
        """The address, moved to `base` where a company runs the service itself."""
        return self.base.rstrip("/") + urlsplit(url).path if self.base else url


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What one way there and back carries: it begins and ends in the same browser, once."""

    state: str
    nonce: str
    verifier: str
    callback: str
    in_app: bool = False


@dataclass(frozen=True, kw_only=True)
class Known:
    """Who somebody is elsewhere."""

    service: str
    subject: str
    label: str = ""


@dataclass(frozen=True)
class Dialect:
    icon: str
    begin: Callable[[Service, Visit], str]
    finish: Callable[[Service, Visit, str], tuple[str, str]]


def services() -> dict[str, Service]:
    """The services that the operator has set up, by key; none, and no button shows."""
    listed = [Service(**{"key": each["provider"], **each}) for each in settings.SIGN_IN_WITH]
    return {each.key: each for each in listed if each.provider in DIALECTS}


def title(service: Service) -> str:
    """What people call it."""
    names = {
        "weixin": _("WeChat"),
        "qq": "QQ",
        "weibo": _("Weibo"),
        "dingtalk": _("DingTalk"),
        "feishu": _("Feishu"),
    }
    return service.name or names.get(service.provider, service.issuer)


def begin(service: Service, visit: Visit) -> str:
    """Where the browser goes to be recognised."""
    return DIALECTS[service.provider].begin(service, visit)


def finish(service: Service, visit: Visit, code: str) -> Known:
    """Who came back. Refuses an answer that is no yes; Unavailable when the service cannot be asked."""
    subject, label = DIALECTS[service.provider].finish(service, visit, code)
    if not subject or len(subject) > 255:
        raise _no()
    return Known(service=service.key, subject=subject, label=label[:80])


def _weixin_begin(service: Service, visit: Visit) -> str:
    """A QR code on a desk, a question inside WeChat's own browser."""
    way, scope = ("oauth2/authorize", "snsapi_userinfo") if visit.in_app else ("qrconnect", "snsapi_login")
    asked = {"appid": service.client, "redirect_uri": visit.callback, "response_type": "code", "scope": scope}
    url = service.at(f"https://open.weixin.qq.com/connect/{way}")
    return f"{url}?{urlencode({**asked, 'state': visit.state})}#wechat_redirect"


def _weixin_finish(service: Service, visit: Visit, code: str) -> tuple[str, str]:
    """By `unionid`, which is one for all apps of the company; WeChat says no with status 200 and `errcode`."""
    asked = {
        "appid": service.client,
        "secret": service.secret,
        "code": code,
        "grant_type": "authorization_code",
    }
    token = _get(service, "https://api.weixin.qq.com/sns/oauth2/access_token", asked)
    openid = _text(token, "openid")
    given = {"access_token": _text(token, "access_token"), "openid": openid}
    who = _get(service, "https://api.weixin.qq.com/sns/userinfo", given)
    unionid = who.get("unionid") or token.get("unionid")
    return (str(unionid) if unionid else f"{service.client}:{openid}"), str(who.get("nickname", ""))


def _qq_begin(service: Service, visit: Visit) -> str:
    return _plain_begin(service, visit, "https://graph.qq.com/oauth2.0/authorize", scope="get_user_info")


def _qq_finish(service: Service, visit: Visit, code: str) -> tuple[str, str]:
    """Three calls: a token, whose it is, and their name."""
    asked = {"grant_type": "authorization_code", "client_id": service.client, "client_secret": service.secret}
    asked |= {"code": code, "redirect_uri": visit.callback, "fmt": "json"}
    token = _text(_get(service, "https://graph.qq.com/oauth2.0/token", asked), "access_token")
    me = _get(
        service, "https://graph.qq.com/oauth2.0/me", {"access_token": token, "unionid": "1", "fmt": "json"}
    )
    openid = _text(me, "openid")
    given = {"access_token": token, "oauth_consumer_key": service.client, "openid": openid}
    who = _get(service, "https://graph.qq.com/user/get_user_info", given)
    unionid = me.get("unionid")
    return (str(unionid) if unionid else f"{service.client}:{openid}"), str(who.get("nickname", ""))


def _weibo_begin(service: Service, visit: Visit) -> str:
    return _plain_begin(service, visit, "https://api.weibo.com/oauth2/authorize")


def _weibo_finish(service: Service, visit: Visit, code: str) -> tuple[str, str]:
    token = _post(service, "https://api.weibo.com/oauth2/access_token", form=_exchange(service, visit, code))
    given = {"access_token": _text(token, "access_token"), "uid": _text(token, "uid")}
    who = _get(service, "https://api.weibo.com/2/users/show.json", given)
    return given["uid"], str(who.get("screen_name", ""))


def _dingtalk_begin(service: Service, visit: Visit) -> str:
    return _plain_begin(
        service, visit, "https://login.dingtalk.com/oauth2/auth", scope="openid", prompt="consent"
    )


def _dingtalk_finish(service: Service, visit: Visit, code: str) -> tuple[str, str]:
    asked = {"clientId": service.client, "clientSecret": service.secret, "code": code}
    url = "https://api.dingtalk.com/v1.0/oauth2/userAccessToken"
    token = _post(service, url, data={**asked, "grantType": "authorization_code"})
    headers = {"x-acs-dingtalk-access-token": _text(token, "accessToken")}
    who = _get(service, "https://api.dingtalk.com/v1.0/contact/users/me", headers=headers)
    return _text(who, "unionId"), str(who.get("nick", ""))


def _feishu_begin(service: Service, visit: Visit) -> str:
    return _plain_begin(service, visit, "https://accounts.feishu.cn/open-apis/authen/v1/authorize")


def _feishu_finish(service: Service, visit: Visit, code: str) -> tuple[str, str]:
    url = "https://open.feishu.cn/open-apis/authen/v2/oauth/token"
    token = _post(service, url, data=_exchange(service, visit, code))
    headers = {"Authorization": f"Bearer {_text(token, 'access_token')}"}
    who = (
        _get(service, "https://open.feishu.cn/open-apis/authen/v1/user_info", headers=headers).get("data")
        or {}
    )
    return _text(who, "union_id"), str(who.get("name", ""))


def _oidc_begin(service: Service, visit: Visit) -> str:
    challenge = (
        base64.urlsafe_b64encode(hashlib.sha256(visit.verifier.encode()).digest()).decode().rstrip("=")
    )
    more = {"scope": "openid profile", "nonce": visit.nonce, "code_challenge": challenge}
    url = _text(_discovered(service), "authorization_endpoint")
    return _plain_begin(service, visit, url, **more, code_challenge_method="S256")


def _oidc_finish(service: Service, visit: Visit, code: str) -> tuple[str, str]:
    """By the `sub` of an ID token that this issuer signed, for us, now, in answer to this visit."""
    found = _discovered(service)
    given = f"{quote(service.client, safe='')}:{quote(service.secret, safe='')}".encode()
    headers = {"Authorization": f"Basic {base64.b64encode(given).decode()}"}
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": visit.callback}
    form["code_verifier"] = visit.verifier
    token = _post(service, _text(found, "token_endpoint"), form=form, headers=headers)
    claims = _verified(service, _text(token, "id_token"), _get(service, _text(found, "jwks_uri")))
    if claims.get("nonce") != visit.nonce:
        raise _no()
    label = claims.get("name") or claims.get("preferred_username") or ""
    return _text(claims, "sub"), str(label)


def _discovered(service: Service) -> Json:
    found = _get(service, f"{service.issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != service.issuer:
        raise _no()
    return found


def _verified(service: Service, token: str, keys: Json) -> Json:
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        listed = jwt.PyJWKSet.from_dict(keys).keys
        key = next(each for each in listed if kid is None or each.key_id == kid)
        required = ["exp", "iat", "iss", "aud", "sub"]
        claims: Json = jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            audience=service.client,
            issuer=service.issuer,
            leeway=LEEWAY,
            options={"require": required},
        )
    except (jwt.PyJWTError, StopIteration) as problem:
        raise _no() from problem
    if claims.get("azp", service.client) != service.client:
        raise _no()
    return claims


def _plain_begin(service: Service, visit: Visit, url: str, **more: str) -> str:
    asked = {"response_type": "code", "client_id": service.client, "redirect_uri": visit.callback}
    return f"{service.at(url)}?{urlencode({**asked, 'state': visit.state, **more})}"


def _exchange(service: Service, visit: Visit, code: str) -> dict[str, str]:
    asked = {"grant_type": "authorization_code", "client_id": service.client, "client_secret": service.secret}
    return {**asked, "code": code, "redirect_uri": visit.callback}


def _get(
    service: Service,
    url: str,
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Json:
    whole = f"{service.at(url)}?{urlencode(query)}" if query else service.at(url)
    return _asked("GET", whole, b"", {"Accept": "application/json", **(headers or {})})


def _post(
    service: Service,
    url: str,
    *,
    form: Mapping[str, str] | None = None,
    data: Json | None = None,
    headers: Mapping[str, str] | None = None,
) -> Json:
    kind = "application/x-www-form-urlencoded" if form else "application/json"
    body = urlencode(form).encode() if form else json.dumps(data).encode()
    return _asked(
        "POST", service.at(url), body, {"Content-Type": kind, "Accept": "application/json", **(headers or {})}
    )


def _asked(method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Json:
    """An object, or a refusal: these services say no with status 200 and a number that is not zero."""
    try:
        answer = egress.request(method, url, content=body, headers=headers)
    except egress.EgressError as problem:
        raise _away() from problem
    if answer.status >= 500:
        raise _away()
    found = JSONP.match(answer.body)
    try:
        told = json.loads(found[1] if found else answer.body)
    except ValueError as problem:
        raise _no() from problem
    failed = isinstance(told, dict) and any(told.get(name) not in (None, 0, "0") for name in ERRORS)
    if answer.status >= 400 or not isinstance(told, dict) or failed:
        raise _no()
    return told


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str | int) or value == "":
        raise _no()
    return str(value)


def _no() -> Invalid:
    return Invalid("service_refused", _("The other service did not recognise you. Please try again."))


def _away() -> Unavailable:
    return Unavailable("service_away", _("The other service does not answer. Please come in another way."))


ERRORS = ("errcode", "error", "error_code", "ret")
DIALECTS = {
    "weixin": Dialect("brand-wechat", _weixin_begin, _weixin_finish),
    "qq": Dialect("message-2", _qq_begin, _qq_finish),
    "weibo": Dialect("brand-weibo", _weibo_begin, _weibo_finish),
    "dingtalk": Dialect("message", _dingtalk_begin, _dingtalk_finish),
    "feishu": Dialect("send", _feishu_begin, _feishu_finish),
    "oidc": Dialect("key", _oidc_begin, _oidc_finish),
}
