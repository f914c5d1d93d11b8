"""The help centre: what we know, written once, found in two languages, judged by its readers.

Owns: categories, articles with their language variants, revisions and reviews, votes, searches without a result, and
what answers offered while a request was typed saved (deflection).
Does not own: the request itself (voices, cases), the bot that quotes articles (assistant).
Events told: article.written, article.described, article.submitted, article.returned, article.published,
article.archived, article.due, article.voted, article.solved, shelf.changed, gap.decided.
Events heard: its own article.published, to let the encoders read new phrasings.
"""
