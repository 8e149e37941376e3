"""What a message consists of is kept as it is."""

import json

from hypothesis import given
from hypothesis import strategies as st

from relay.content import Content, Media, Medium
from relay.text import Mark, Text
from tests.texts import texts

names = st.text(max_size=5)
media = st.builds(
    Media,
    st.sampled_from(Medium),
    file=names,
    second=names,
    name=names,
    size=st.integers(0, 2**40),
    spoiler=st.booleans(),
    above=st.booleans(),
    renamed=st.booleans(),
    facts=st.dictionaries(names, st.booleans() | names | st.integers(), max_size=3),
)
plain = st.builds(Content, texts(), st.none() | media, texts(), withdrawn=st.booleans())
contents = plain | st.builds(Content.of_album, st.lists(plain, min_size=1, max_size=4))


@given(contents)
def test_a_content_that_was_kept_reads_as_before(content: Content) -> None:
    kept = json.loads(json.dumps(content.packed()))

    assert Content.unpacked(kept) == content


@given(st.lists(st.builds(Content, texts(), media), min_size=2, max_size=4), texts())
def test_another_text_takes_the_place_of_all_words_of_an_album(
    items: list[Content], text: Text
) -> None:
    found = Content.of_album(items).worded(text)

    assert [each.media for each in found.album] == [each.media for each in items]
    assert found.text == text == found.album[0].text
    assert not any(each.text for each in found.album[1:])


def test_a_picture_without_words_is_a_content_and_nothing_is_none() -> None:
    assert Content(media=Media(Medium.PHOTO, "AgAC"))
    assert Content(Text("Hello"))
    assert Content(withdrawn=True)
    assert not Content(Text())


def test_what_an_older_version_has_kept_can_be_read() -> None:
    assert Content.unpacked({"text": "Hello"}) == Content(Text("Hello"))
    kept = {"text": "It", "marks": [["bold", 0, 2, None]], "photo": "AgAC", "spoiler": True}
    assert Content.unpacked({**kept, "above": False}) == Content(
        Text("It", (Mark("bold", 0, 2),)), Media(Medium.PHOTO, "AgAC", spoiler=True)
    )
