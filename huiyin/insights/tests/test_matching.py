"""Which group is which topic: by shared voices, the largest first; what people formed is not taken apart."""

from huiyin.insights.matching import heirs, matched


def test_matches_when_most_voices_are_shared_then_the_same_topic() -> None:
    assert matched([0, 0, 0, 1, 1], ["a", "a", "b", "b", None]) == {0: "a", 1: "b"}


def test_matches_when_a_topic_is_divided_then_the_larger_part_keeps_it() -> None:
    assert matched([0, 0, 0, 1, 1], ["a"] * 5) == {0: "a", 1: None}


def test_matches_when_people_formed_it_then_every_group_within_is_it() -> None:
    assert matched([0, 0, 1, 2], ["a", "a", "a", None], kept={"a"}) == {0: "a", 1: "a", 2: None}


def test_inherits_when_a_topic_has_no_voice_left_then_where_most_went() -> None:
    assert heirs(["a", "a", "a", "b", None], ["c", "c", "b", "b", "b"]) == {"a": "c"}
