"""The manners of the JSON API: how it answers, refuses, knows its caller and describes itself.

Apps declare operations on `Router()` in their `api.py`, take bodies as `Input` and answer by `answer()`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Annotated, Any, Protocol

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.security import HttpBearer
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict

from huiyin.core import idempotency, limits, trees
from huiyin.core.access import check_staff
from huiyin.core.errors import Forbidden, Invalid, NotFound, Refusal, Unauthenticated, Unsupported
from huiyin.core.errorviews import render
from huiyin.core.problem import MEDIA_TYPE

JSON = "application/json"


class Token(Protocol):
    """What an app that keeps tokens hands us."""

    @property
    def pk(self) -> Any: ...

    @property
    def user(self) -> Any: ...

    @property
    def scopes(self) -> Sequence[str]: ...


_authenticators: list[Callable[[str], Token | None]] = []


def register_authenticator(find: Callable[[str], Token | None]) -> None:
    """`find(secret)` answers the live token or nothing. The app that owns tokens registers it."""
    if find not in _authenticators:
        _authenticators.append(find)


class TokenAuth(HttpBearer):
    """Bearer token with one of the scopes; then `request.auth` is the token and `request.user` its user."""

    def __init__(self, *scopes: str) -> None:
        super().__init__()
        self.scopes = scopes

    def authenticate(self, request: HttpRequest, token: str) -> Token:
        found = next((live for find in _authenticators if (live := find(token))), None)
        if found is None:
            limits.spend("api.refused", limits.client(request))
            raise Unauthenticated("token_not_valid", _("The token is not known, has expired or was revoked."))
        request.user = found.user
        limits.spend("api.token", str(found.pk))
        check_staff(request)
        if self.scopes and not set(self.scopes).intersection(found.scopes):
            needed = " ".join(self.scopes)
            raise Forbidden("scope_missing", _("The token does not include this scope."), scope=needed)
        return found


class Input(Schema):
    """A body: fields that nobody declared are refused, so that a typing error never passes as a default."""

    model_config = ConfigDict(extra="forbid")


def _written(value: Any) -> Any:
    """A number would silently be read as seconds since 1970."""
    if not isinstance(value, str):
        raise ValueError("Write the time as RFC 3339 text.")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_written)]  # a time in a body, as text, with its zone


class FieldError(Schema):
    field: str
    message: str


class Problem(BaseModel):
    """A refusal or fault (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    errors: list[FieldError] | None = None


class Body(Parser):
    """Strict JSON: UTF-8, no lone surrogates; NUL, which PostgreSQL cannot store, is dropped."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != JSON:
            raise Unsupported("json_needed", _("Send the body as application/json."))
        data = msgspec.json.decode(request.body)
        return _without_nul(data) if b"\\u0000" in request.body else data

    def parse_querydict(self, data: Any, list_fields: list[str], request: HttpRequest) -> Any:
        return _without_nul(super().parse_querydict(data, list_fields, request))


class Api(NinjaAPI):
    """One API with one kind of error, checked query names, and idempotency on every POST."""

    def _get_bound_routers(self) -> Any:
        fresh = self._bound_routers_cache is None
        routers = super()._get_bound_routers()
        if fresh:
            for bound in routers:
                for view in bound.path_operations.values():
                    for operation in view.operations:
                        _dress(operation)
        return routers

    def operations(self) -> Iterator[tuple[str, str, Sequence[Any]]]:
        """Method, path and authenticators of every operation."""
        for bound in self._get_bound_routers():
            for path, view in bound.path_operations.items():
                for operation in view.operations:
                    for method in operation.methods:
                        yield method, f"{bound.prefix}{path}", operation.auth_callbacks

    def get_openapi_operation_id(self, operation: Any) -> str:
        """App and function, wherever in the app's `api` the function stands: clients are generated by this name."""
        app = operation.view_func.__module__.partition(".api")[0]
        return f"{app}.api.{operation.view_func.__name__}".replace(".", "_")

    def get_root_path(self, path_params: Any) -> str:
        return "/api/v1/"

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        schema = super().get_openapi_schema(**kwargs)
        components = schema["components"]
        components["schemas"]["FieldError"] = FieldError.model_json_schema()
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        problem.pop("$defs", None)
        components["schemas"]["Problem"] = problem
        for path in schema["paths"].values():
            for operation in path.values():
                operation["responses"] = _documented(operation)
                _name_idempotency(path, operation)
        return schema


def answer(data: Any, status: int = 200) -> HttpResponse:
    """Data as JSON bytes, without a second validation. Takes what msgspec takes, and pydantic models."""
    return HttpResponse(msgspec.json.encode(data, enc_hook=_plain), content_type=JSON, status=status)


def handle_errors(api: NinjaAPI) -> None:
    """Answer every kind of refusal as problem+json. A fault goes on to the server-error view."""
    api.add_exception_handler(Refusal, render)
    api.add_exception_handler(Http404, lambda request, _exc: render(request, NotFound("not_found", "")))
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(AuthenticationError, _nobody)
    api.add_exception_handler(HttpError, _unreadable)
    api.add_exception_handler(Exception, _raise)


def _raise(request: HttpRequest, exception: Exception) -> HttpResponse:
    raise exception


def _nobody(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, Unauthenticated("token_needed", _("Send a token as `Authorization: Bearer …`.")))


def _unreadable(request: HttpRequest, exception: HttpError) -> HttpResponse:
    """Ninja hides why a body could not be parsed behind one 400; the cause says which refusal it is."""
    cause = exception.__cause__
    if isinstance(cause, Refusal):
        return render(request, cause)
    if cause is not None and not isinstance(cause, ValueError | msgspec.MsgspecError | RecursionError):
        raise cause
    return render(request, Invalid("body_not_json", _("The body is not valid JSON in UTF-8.")))


def _invalid(request: HttpRequest, exception: ValidationError) -> HttpResponse:
    errors = [{"field": _field(error["loc"]), "message": sentence(error)} for error in exception.errors]
    return render(request, Invalid("invalid_input", _("Some fields are not right."), errors=errors))


def _field(location: tuple[Any, ...]) -> str:
    """`("body", "body", "contact", "email")` reads `contact.email`: ninja puts source and argument first."""
    source, *names = location
    return ".".join(str(name) for name in (names[1:] if source == "body" else names)) or str(source)


def sentence(error: Mapping[str, Any]) -> str:
    """What is wrong with a field, in words."""
    known = {
        "missing": _("This field is needed."),
        "extra_forbidden": _("This field is not known here."),
    }
    return known.get(error["type"]) or str(error["msg"])


def _dress(operation: Operation) -> None:
    """Put the common manners around one operation: known query names, answers kept for repeated POSTs."""
    view = operation.view_func
    if "POST" in operation.methods:

        def respond(request: HttpRequest, result: Any) -> Any:
            return operation._result_to_response(
                request, result, operation.api.create_temporal_response(request)
            )

        view = idempotency.once(view, respond=respond)
    operation.view_func = _with_known_query(view, _query_names(operation))


def _query_names(operation: Operation) -> frozenset[str]:
    models = [model for model in operation.models if model.__ninja_param_source__ == "query"]
    return frozenset(name for model in models for name in model.__ninja_flatten_map__)


def _with_known_query(view: Callable[..., Any], names: frozenset[str]) -> Callable[..., Any]:
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if unknown := sorted(set(request.GET) - names):
            message = _("This field is not known here.")
            errors = [{"field": name, "message": message} for name in unknown]
            raise Invalid("invalid_input", _("Some fields are not right."), errors=errors)
        return view(request, *args, **kwargs)

    return checked


def _documented(operation: dict[str, Any]) -> dict[str, Any]:
    """The operation's own answers, and the refusals that every operation may give."""
    reference = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    statuses = (400, 401, 403, 404, 405, 409, 413, 415, 429, 500, 503)
    errors = {str(status): {"description": HTTPStatus(status).phrase, **reference} for status in statuses}
    return {**{str(status): told for status, told in operation["responses"].items()}, **errors}


def _name_idempotency(path: dict[str, Any], operation: dict[str, Any]) -> None:
    if path.get("post") is not operation:
        return
    told = "The same key and body again answer what the first answered; another body is refused with 409."
    schema = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
    operation["parameters"].append(
        {"in": "header", "name": "Idempotency-Key", "required": False, "description": told, "schema": schema}
    )


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise NotImplementedError(f"{type(value).__name__} has no JSON form")


def _without_nul(value: Any) -> Any:
    return trees.mapped(value, lambda text: text.replace("\x00", ""), with_names=True)
