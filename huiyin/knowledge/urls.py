"""Routes of the help centre and of its desk, by audience."""

from django.urls import path

from huiyin.knowledge.views import answers, care, desk, exchange, help, shelves, verbs

public = [
    path("kb/", help.kb_home, name="kb_home"),
    path("kb/search", help.kb_search, name="kb_search"),
    path("kb/c/<slug:key>/", help.kb_category, name="kb_category"),
    path("kb/<slug:key>/", help.kb_article, name="kb_article"),
    path("kb/<slug:key>/files/<uuid:file_id>/", help.kb_file, name="kb_file"),
    path("kb/<slug:key>/vote/", help.kb_vote, name="kb_vote"),
    path("requests/answers", answers.request_answers, name="request_answers"),
    path("requests/answers/opened", answers.request_answer_opened, name="request_answer_opened"),
    path("requests/answers/solved", answers.request_answer_solved, name="request_answer_solved"),
]
staff = [
    path("knowledge/", desk.knowledge_list, name="knowledge_list"),
    path("knowledge/new/", desk.knowledge_new, name="knowledge_new"),
    path("knowledge/care/", care.knowledge_care, name="knowledge_care"),
    path("knowledge/gaps/", care.knowledge_gaps, name="knowledge_gaps"),
    path("knowledge/gaps/search/", care.knowledge_gaps_search, name="knowledge_gaps_search"),
    path(
        "knowledge/gaps/<uuid:gap>/dismissal/", care.knowledge_gap_dismissal, name="knowledge_gap_dismissal"
    ),
    path("knowledge/gaps/<uuid:gap>/return/", care.knowledge_gap_return, name="knowledge_gap_return"),
    path("knowledge/categories/", shelves.knowledge_categories, name="knowledge_categories"),
    path("knowledge/categories/<slug:key>/", shelves.knowledge_category, name="knowledge_category"),
    path(
        "knowledge/categories/<slug:key>/removal/",
        shelves.knowledge_category_removal,
        name="knowledge_category_removal",
    ),
    path("knowledge/exchange/", exchange.knowledge_files_exchange, name="knowledge_exchange"),
    path("knowledge/exchange/export/", exchange.knowledge_export, name="knowledge_export"),
    path("knowledge/exchange/<uuid:article_import>/", exchange.knowledge_import, name="knowledge_import"),
    path("knowledge/preview/", desk.knowledge_preview, name="knowledge_preview"),
    path("knowledge/<slug:key>/", desk.knowledge_article, name="knowledge_article"),
    path("knowledge/<slug:key>/place/", desk.knowledge_place, name="knowledge_place"),
    path("knowledge/<slug:key>/files/", desk.knowledge_files, name="knowledge_files"),
    path(
        "knowledge/<slug:key>/files/<uuid:file_id>/removal/",
        desk.knowledge_file_removal,
        name="knowledge_file_removal",
    ),
    path("knowledge/<slug:key>/review/", verbs.knowledge_review, name="knowledge_review"),
    path("knowledge/<slug:key>/return/", verbs.knowledge_return, name="knowledge_return"),
    path("knowledge/<slug:key>/publication/", verbs.knowledge_publication, name="knowledge_publication"),
    path("knowledge/<slug:key>/archive/", verbs.knowledge_archive, name="knowledge_archive"),
    path("knowledge/<slug:key>/affirmation/", verbs.knowledge_affirmation, name="knowledge_affirmation"),
    path("knowledge/<slug:key>/restoration/", verbs.knowledge_restoration, name="knowledge_restoration"),
    path("knowledge/<slug:key>/versions/", desk.knowledge_versions, name="knowledge_versions"),
]
