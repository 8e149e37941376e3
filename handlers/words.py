"""The words of a command: what follows its name, marks and all."""

import re

from relay.content import Content
from relay.refusals import NotRelayed
from relay.text import Text
from relay.writing import Said

NAME = re.compile(r"/\S+\s*")
NUMBER = re.compile(r"(?:[A-Za-z]{2,6}-)?\d+(?=\s|$)")


def known(heard: Said | None) -> Said:
    """Return what was said.

    Raises:
        NotRelayed: it is of a kind that nobody has decided about.
    """
    if heard is None:
        raise NotRelayed
    return heard


def after_command(words: Content) -> Content:
    """Return a message's content without the command that it begins with."""
    found = NAME.match(words.text.plain)
    text = words.text[found.end() :].stripped() if found else words.text
    return words.worded(text)


def number_first(words: Content) -> tuple[str, Content]:
    """Return the ticket number that words begin with, if they do, and the rest."""
    found = NUMBER.match(words.text.plain)
    if not found:
        return "", words
    text: Text = words.text[found.end() :].stripped()
    return found.group(), words.worded(text)
