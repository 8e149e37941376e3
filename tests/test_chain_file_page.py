"""docs/chain-file.md names every key that there is, with the default that it has."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

import bot
from relay import chain
from relay.chain import LinkTerms, PartyTerms

PAGE = (Path(bot.__file__).parents[1] / "docs" / "chain-file.md").read_text("utf-8")
ROW = re.compile(r"^\| `(?P<key>\w+)` \| (?P<means>.+) \| (?P<default>.+) \|$", re.MULTILINE)
WORDS = {"required": None, "none": "none", "any": "none"}


def section(title: str) -> str:
    """Return what stands under a heading."""
    return re.split(r"^## ", PAGE, flags=re.MULTILINE)[[*headings()].index(title) + 1]


def headings() -> list[str]:
    return re.findall(r"^## (.+)$", PAGE, re.MULTILINE)


def rows(title: str) -> dict[str, tuple[str, str]]:
    """Return meaning and default of each key of a table."""
    return {each["key"]: (each["means"], each["default"]) for each in ROW.finditer(section(title))}


@pytest.mark.parametrize(("title", "model"), [("Parties", PartyTerms), ("Links", LinkTerms)])
def test_the_page_names_every_key_in_order_with_its_default(
    title: str, model: type[BaseModel]
) -> None:
    told = {
        key: WORDS.get(default, default.strip("`")) for key, (_, default) in rows(title).items()
    }

    assert told == {key: usual(each) for key, each in model.model_fields.items()}
    assert [*told] == [*model.model_fields]


@pytest.mark.parametrize(("title", "model"), [("Parties", PartyTerms), ("Links", LinkTerms)])
def test_the_page_names_every_value_that_can_be_chosen(title: str, model: type[BaseModel]) -> None:
    for key, (means, _) in rows(title).items():
        for choice in choices(model.model_fields[key].annotation):
            assert f"`{choice}`" in means, key


@pytest.mark.parametrize("title", ["Parties", "Links"])
def test_the_examples_of_the_page_can_be_applied(title: str) -> None:
    example = re.search(r"```toml\n(.+?)```", section(title), re.DOTALL)
    assert example
    upper = '[parties.vendor]\nname = "V"\ncode = "VV"\nchat = 1\n\n' if title == "Links" else ""
    lower = '\n[parties.service]\nname = "S"\ncode = "SS"\nchat = 2\n'

    assert chain.parse(upper + lower + example[1]).parties["vendor"]


def usual(field: FieldInfo) -> str | None:
    """Return what a key means where nothing is said; None: it has to be said."""
    return None if field.is_required() else chain.said(field.get_default(call_default_factory=True))


def choices(annotation: Any) -> list[str]:
    """Return the values of an enum, wherever it stands in a type."""
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return [each.value for each in annotation]
    return [choice for inner in get_args(annotation) for choice in choices(inner)]
