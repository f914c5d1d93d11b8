"""The knowledge desk: list, editor with preview, versions."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.core import i18n, markdown
from huiyin.core.access import requires
from huiyin.core.errors import Conflict, Invalid, NotFound, TooLarge
from huiyin.core.numbers import whole
from huiyin.knowledge import policies, selectors, services
from huiyin.knowledge.forms import DraftForm, FilterForm, PlaceForm, WordsForm
from huiyin.knowledge.models import Article, Language, Variant
from huiyin.knowledge.selectors import gaps
from huiyin.knowledge.services import care, readership
from huiyin.knowledge.views.care import desk_context
from huiyin.knowledge.views.verbs import article_url, wished_lang

MOST_PREVIEWED = 50_000


@requires(policies.can_read_desk_articles)
@require_GET
def knowledge_list(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    form = FilterForm(request.GET)
    filters, text = form.chosen(), request.GET.get("q", "")[:200]
    cursor = request.GET.get("cursor", "")
    page = selectors.desk_rows(user, text=text, filters=filters, lang=i18n.short(), cursor=cursor)
    query = {name: str(value) for name, value in request.GET.items() if name != "cursor" and value}
    context = {
        "form": form,
        "text": text,
        "rows": page.items,
        "is_filtered": bool(query),
        "next_url": f"?{urlencode({**query, 'cursor': page.next})}" if page.next else "",
        "first_url": f"?{urlencode(query)}" if cursor else "",
        **desk_context(user),
    }
    return render(request, "knowledge/knowledge_list.html", context)


@requires(policies.can_write_articles)
@require_http_methods(["GET", "POST"])
def knowledge_new(request: HttpRequest) -> HttpResponse:
    """A blank article, or one for a question that no article answers yet."""
    user: Any = request.user
    gap = _gap(request)
    form = DraftForm(request.POST or None, initial=_asked(request, gap))
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("knowledge_article", _drafted(form, gap, user).key)
        except (Invalid, Conflict) as refusal:
            _show(form, refusal)
    context = {"form": form, "gap": gap, **desk_context(user)}
    return render(request, "knowledge/knowledge_new.html", context, status=400 if form.errors else 200)


@requires(policies.can_read_desk_articles)
@require_http_methods(["GET", "POST"])
def knowledge_article(request: HttpRequest, key: str) -> HttpResponse:
    """The editor. A POST writes a new version; when somebody else wrote meanwhile, both texts are shown."""
    user: Any = request.user
    article = selectors.article_for(user, key)
    if request.method == "GET":
        return _editor(request, article)
    policies.demand(policies.can_write_articles(user))
    form = WordsForm(request.POST)
    if not form.is_valid():
        return _editor(request, article, form, status=400)
    said = form.cleaned_data
    try:
        services.write(article, form.words(), lang=said["lang"], base=said["base"], by=user.actor)
    except Invalid as refusal:
        _show(form, refusal)
        return _editor(request, article, form, status=400)
    except Conflict as refusal:
        return _editor(request, article, form, theirs=refusal.data["current"], status=409)
    return redirect(article_url(article, said["lang"]))


@requires(policies.can_write_articles)
@require_POST
def knowledge_place(request: HttpRequest, key: str) -> HttpResponse:
    user: Any = request.user
    article = selectors.article_for(user, key)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return _editor(request, article, place=form, status=400)
    said = dict(form.cleaned_data)
    segments = said.pop("segments")
    services.describe(article, said, by=user.actor)
    readership.show_to(article, segments, by=user.actor)
    return redirect(article_url(article, request.POST.get("lang", "")))


@requires(policies.can_write_articles)
@require_POST
def knowledge_files(request: HttpRequest, key: str) -> HttpResponse:
    """Files for the readers of an article."""
    user: Any = request.user
    article = selectors.article_for(user, key)
    try:
        readership.attach(article, request.FILES.getlist("files"), by=user.actor)
    except (Invalid, TooLarge) as refusal:
        return _editor(request, article, file_fault=refusal.message, status=refusal.status)
    return redirect(f"{article_url(article, request.POST.get('lang', ''))}#files")


@requires(policies.can_write_articles)
@require_POST
def knowledge_file_removal(request: HttpRequest, key: str, file_id: UUID) -> HttpResponse:
    user: Any = request.user
    article = selectors.article_for(user, key)
    readership.detach(article, selectors.file_for(user, key, file_id), by=user.actor)
    return redirect(f"{article_url(article, request.POST.get('lang', ''))}#files")


@requires(policies.can_read_desk_articles)
@require_GET
def knowledge_versions(request: HttpRequest, key: str) -> HttpResponse:
    """Every version in one language, and what changed between the two chosen ones."""
    article = selectors.article_for(request.user, key)
    lang = wished_lang(request.GET.get("lang", ""))
    revisions = list(selectors.revisions_of(article, lang)[:200])
    newest = revisions[0].number if revisions else 0
    new = whole(request.GET.get("new", "")) or newest
    old = whole(request.GET.get("old", "")) or max(1, new - 1)
    context = {
        "article": article,
        "lang": lang,
        "revisions": revisions,
        "old": old,
        "new": new,
        "newest": newest,
        "differences": selectors.differences(article, lang=lang, old=old, new=new) if newest else [],
        "can_write": policies.can_write_articles(request.user),
    }
    return render(request, "knowledge/knowledge_versions.html", context)


@requires(policies.can_write_articles)
@require_POST
def knowledge_preview(request: HttpRequest) -> HttpResponse:
    html = markdown.render(request.POST.get("body", "")[:MOST_PREVIEWED], markdown.ARTICLE)
    context = {"title": request.POST.get("title", ""), "html": html}
    return render(request, "knowledge/knowledge_preview.html", context)


def _gap(request: HttpRequest) -> gaps.GapRow | None:
    """The gap that the new article is to fill, for those who may see gaps."""
    wanted = request.POST.get("gap") or request.GET.get("gap", "")
    may_see = policies.can_keep_shelves(request.user)
    try:
        return gaps.gap_of(UUID(wanted)) if wanted and may_see else None
    except ValueError as problem:
        raise NotFound("gap_absent", "") from problem


def _asked(request: HttpRequest, gap: gaps.GapRow | None) -> dict[str, Any]:
    """What stands in the form at first: the questions of a gap, or the words that were sought in vain."""
    blank = {"lang": i18n.short(), "base": 0, "title": request.GET.get("title", "")[:160]}
    if gap is None:
        return blank
    return {**blank, "lang": gap.gap.lang, "title": gap.title, "questions": "\n".join(gap.questions[:10])}


def _drafted(form: DraftForm, gap: gaps.GapRow | None, user: Any) -> Article:
    said = form.cleaned_data
    place = {name: said[name] for name in ("lang", "key", "category", "visibility")}
    article = services.draft(form.words(), **place, by=user.actor)
    if gap:
        care.answer_gap(gap.gap, article, by=user.actor)
    return article


def _editor(
    request: HttpRequest, article: Article, form: WordsForm | None = None, *, status: int = 200, **given: Any
) -> HttpResponse:
    """The editor; `given` is what a refusal leaves there: `place`, `theirs`, `file_fault`."""
    lang = wished_lang(form.data.get("lang", "") if form else request.GET.get("lang", ""))
    variants = selectors.latest(article)
    context = {
        "form": form or WordsForm(initial=_initial(variants.get(lang), lang)),
        "place": PlaceForm(initial=_place(article)),
        "theirs": None,
        "doubts": selectors.doubts_of(article),
        "files": _files(article),
        "can_write": policies.can_write_articles(request.user),
        "can_publish": policies.can_publish_articles(request.user),
        "is_own_word": _is_own_word(request.user, variants),
        "review": selectors.open_review(article),
        "past": selectors.past_of(article),
        **_state(article, variants, lang),
        **given,
    }
    return render(request, "knowledge/knowledge_article.html", context, status=status)


def _is_own_word(user: Any, variants: dict[str, Variant]) -> bool:
    """This person wrote what readers do not see yet, and needs somebody else to publish it."""
    fresh = [variant.current for variant in variants.values() if variant.current_id != variant.published_id]
    wrote = any(revision and revision.author_id == str(user.pk) for revision in fresh)
    return wrote and not policies.can_publish_alone(user)


def _files(article: Article) -> list[dict[str, Any]]:
    """The files of an article, at the addresses that its readers open."""
    return [
        {
            "id": file.id,
            "name": file.name,
            "size": file.size,
            "url": reverse("kb_file", args=[article.key, file.id]),
        }
        for file in selectors.files_of(article)
    ]


def _state(article: Article, variants: dict[str, Variant], lang: str) -> dict[str, Any]:
    """How the article stands in each language."""
    labels = Language.choices
    return {
        "article": article,
        "lang": lang,
        "tabs": [{"lang": code, "label": label, "is_there": code in variants} for code, label in labels],
        "variant": variants.get(lang),
        "unpublished": [code for code, found in variants.items() if found.current_id != found.published_id],
        "behind": selectors.behind(variants),
    }


def _initial(variant: Variant | None, lang: str) -> dict[str, Any]:
    if variant is None or variant.current is None:
        return {"lang": lang, "base": 0}
    current = variant.current
    words = {"title": current.title, "body": current.body, "questions": "\n".join(current.questions)}
    return {"lang": lang, "base": current.number, **words}


def _place(article: Article) -> dict[str, Any]:
    names = ("category", "visibility", "product", "owner", "review_at")
    segments = [str(segment) for segment in article.segments.all()]
    return {"segments": segments, **{name: getattr(article, name) for name in names}}


def _show(form: WordsForm, refusal: Invalid | Conflict) -> None:
    """The refusal's sentences beside the fields that they are about."""
    listed = refusal.data.get("errors") or [{"field": refusal.data.get("field"), "message": refusal.message}]
    for error in listed:
        form.add_error(error["field"] if error["field"] in form.fields else None, error["message"])
