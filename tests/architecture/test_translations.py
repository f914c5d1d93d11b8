"""Both languages are whole: texts are written in English, and each has its Chinese in the catalogue."""

import re

import polib

from tests.architecture import catalogue, source

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|{\w*}")
CHINESE = re.compile(r"[\u3400-\u9fff]")


def chinese(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_marked_text_has_its_chinese() -> None:
    known = catalogue.translated()
    missing = {
        text: where
        for (context, text), where in catalogue.marked_texts().items()
        if (entry := known.get((context, text))) is None or entry.fuzzy or not all(chinese(entry))
    }
    source.expect_none(missing)


def test_marked_texts_are_written_in_english() -> None:
    source.expect_none([text for _, text in catalogue.marked_texts() if CHINESE.search(text)])


def test_translations_keep_the_placeholders() -> None:
    faults = {
        entry.msgid: text
        for entry in catalogue.translated().values()
        for text in chinese(entry)
        if text
        and set(PLACEHOLDER.findall(text)) - set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
    }
    source.expect_none(faults)


def test_the_catalogue_holds_no_text_that_nobody_says() -> None:
    said = catalogue.marked_texts()
    source.expect_none(
        [text for context, text in catalogue.translated() if text and (context, text) not in said]
    )
