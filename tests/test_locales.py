"""Every sentence of the code is in the catalogues, in every language, with the same places."""

import ast
import string
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import get_type_hints

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import bot.app  # so that every refusal there is has been imported
from handlers.refusals import words
from relay.language import DEFAULT, FOLDER, LANGUAGES, speak
from relay.moves import Move, State
from relay.refusals import Amiss, Refusal, Unfit
from relay.registers import Problem, Wrong
from relay.text import fill

ROOT = Path(bot.app.__file__).parent.parent
OURS = ("bot", "handlers", "relay")
OTHERS = [language for language in LANGUAGES if language != DEFAULT]

#: A sentence, or the two forms of one that counts.
Sentence = str | tuple[str, str]


@cache
def sentences() -> frozenset[Sentence]:
    """Return what the code says, as an extractor finds it."""
    found = (
        message
        for package in OURS
        for _, _, message, _, _ in extract_from_dir(
            ROOT / package, [("**.py", "python")], keywords={"_": None, "plural": (1, 2)}
        )
    )
    return frozenset(each if isinstance(each, str) else (each[0], each[1]) for each in found)


@cache
def catalogue(path: Path, language: str | None = None) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale=language)


def spoken(language: str) -> Catalog:
    return catalogue(FOLDER / language / "LC_MESSAGES" / "relay.po", language)


def messages(found: Catalog) -> dict[Sentence, Message]:
    """Return a catalogue's messages without its header."""
    return {
        message.id if isinstance(message.id, str) else (message.id[0], message.id[1]): message
        for message in found
        if message.id
    }


def forms(message: Message) -> list[str]:
    """Return the forms of a translation."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def places(sentence: str) -> set[str]:
    """Return the names of the ``{places}`` of a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


# Catalogues


def test_the_code_speaks() -> None:
    assert len(sentences()) > 50


def test_the_template_holds_every_sentence_of_the_code_and_no_other() -> None:
    assert set(messages(catalogue(FOLDER / "relay.pot"))) == sentences()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_holds_every_sentence_of_the_code_and_no_other(language: str) -> None:
    assert set(messages(spoken(language))) == sentences()


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_translated(language: str) -> None:
    untranslated = [
        sentence
        for sentence, message in messages(spoken(language)).items()
        if not all(forms(message)) or message.fuzzy
    ]

    assert untranslated == []


@pytest.mark.parametrize("language", OTHERS)
def test_what_counts_has_a_form_for_every_number(language: str) -> None:
    catalogued = spoken(language)

    for sentence, message in messages(catalogued).items():
        if isinstance(sentence, tuple):
            assert len(forms(message)) == catalogued.num_plurals
            assert all(forms(message))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_exactly_the_places_of_its_sentence(language: str) -> None:
    wrong = [
        (sentence, message.string)
        for sentence, message in messages(spoken(language)).items()
        if isinstance(sentence, str) and message.string
        if places(str(message.string)) != places(sentence)
    ]

    assert wrong == []


def counted(language: str) -> list[set[int]]:
    """Return the numbers that each plural form of a language is for."""
    rule = Locale.parse(language).plural_form
    tags = list(dict.fromkeys(rule(number) for number in range(1000)))
    ordered = sorted(tags, key=["zero", "one", "two", "few", "many", "other"].index)
    return [{number for number in range(1000) if rule(number) == tag} for tag in ordered]


@pytest.mark.parametrize("language", OTHERS)
def test_a_form_names_its_number_unless_it_is_for_one_number_alone(language: str) -> None:
    for sentence, message in messages(spoken(language)).items():
        if isinstance(sentence, tuple):
            for form, numbers in zip(forms(message), counted(language), strict=True):
                optional = {"n"} if len(numbers) == 1 else set()
                assert places(sentence[1]) - optional <= places(form) <= places(sentence[1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_can_be_said(language: str) -> None:
    _ = speak(language)

    for sentence in sentences():
        if isinstance(sentence, str):
            filling = dict.fromkeys(places(sentence), "x")
            assert "{" not in _(sentence).format(**filling)
            assert fill(_(sentence), **filling).plain == _(sentence).format(**filling)
        else:
            filling = dict.fromkeys(places(sentence[1]) - {"n"}, "x")
            for number in range(120):
                assert "{" not in _.plural(*sentence, number).format(**filling)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_that_is_not_in_the_catalogue_is_said_as_it_is(language: str) -> None:
    assert speak(language)("No such sentence") == "No such sentence"


# Sentences in the code


def calls(path: Path) -> Iterator[ast.Call]:
    """Return every place in a module where something is said."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(func=ast.Name(id="_") | ast.Attribute(attr="plural")):
                yield node
            case _:
                pass


@pytest.mark.parametrize(
    "path",
    [path for package in OURS for path in sorted((ROOT / package).rglob("*.py"))],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_what_is_said_is_one_literal_that_an_extractor_finds(path: Path) -> None:
    for call in calls(path):
        literals = call.args[:2] if isinstance(call.func, ast.Attribute) else call.args
        for literal in literals:
            assert isinstance(literal, ast.Constant), f"{path.name}:{call.lineno}"
            assert isinstance(literal.value, str), f"{path.name}:{call.lineno}"


# Refusals


def kinds(refusal: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """Return every refusal there is."""
    for kind in refusal.__subclasses__():
        yield kind
        yield from kinds(kind)


#: What a fact of a refusal may be, by its type.
FACTS: dict[object, list[object]] = {
    str: ["VND-1", "/new", "/say"],
    str | None: [None, "Vera"],
    int: [1, 2, 5, 14, 21],
    bool: [False, True],
    Move: [*Move],
    State: [*State],
    Unfit: [*Unfit],
    Amiss: [*Amiss],
    list[str]: [["VND-1"], ["VND-1", "SRV-203"]],
    list[Problem]: [
        *([Problem(n, each, "site", 64)] * (1 + 30 * n) for each in Wrong for n in (0, 1))
    ],
}


def examples(kind: type[Refusal]) -> Iterator[Refusal]:
    """Return a refusal with all the facts it may have."""
    if not is_dataclass(kind):
        yield kind()
        return
    types = get_type_hints(kind)
    names = [field.name for field in fields(kind)]
    for facts in product(*(FACTS[types[name]] for name in names)):
        yield kind(**dict(zip(names, facts, strict=True)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [*kinds()], ids=lambda kind: kind.__name__)
def test_every_refusal_has_words_of_its_own(kind: type[Refusal], language: str) -> None:
    _ = speak(language)
    fallback = words(Refusal(), _)

    for refusal in examples(kind):
        said = words(refusal, _)
        assert said not in {"", fallback}
        assert "{" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_that_nobody_has_words_for_still_says_something(language: str) -> None:
    class Strange(Refusal):
        pass

    assert words(Strange(), speak(language)) == words(Refusal(), speak(language))
