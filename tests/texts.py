"""Texts and marks that Hypothesis makes up, and how to look at them character by character."""

from collections import Counter

from hypothesis import strategies as st

from relay.text import Mark, Text

#: What a character wears: the kinds and values of the marks that cover it.
Dress = tuple[tuple[str, str | None], ...]

LETTERS = "ab яЖ \n\t.,{}•😀👍🏽é\u200d\ufe0f中"
KINDS = st.sampled_from(("bold", "italic", "code", "blockquote", "spoiler"))


def dressed(text: Text) -> list[tuple[str, Dress]]:
    """Return every character with what it wears: two texts that read alike are dressed alike."""
    worn: list[Counter[tuple[str, str | None]]] = [Counter() for _ in text.plain]
    for mark in text.marks:
        for position in range(mark.start, mark.end):
            worn[position][mark.kind, mark.value] += 1
    return [
        (character, tuple(sorted(each.elements(), key=repr)))
        for character, each in zip(text.plain, worn, strict=True)
    ]


@st.composite
def texts(
    draw: st.DrawFn,
    plain: st.SearchStrategy[str] | None = None,
    most: int = 6,
) -> Text:
    """Make up a text with up to *most* marks, which may overlap."""
    words = draw(st.text(LETTERS, max_size=40) if plain is None else plain)
    if not words:
        return Text()
    spot = st.integers(0, len(words))
    mark = st.builds(
        lambda kind, ends, value: Mark(kind, min(ends), max(ends), value),
        KINDS,
        st.tuples(spot, spot).filter(lambda ends: ends[0] != ends[1]),
        st.none() | st.just("https://example.com/1"),
    )
    found = draw(st.lists(mark, max_size=most))
    return Text(words, tuple(found))
