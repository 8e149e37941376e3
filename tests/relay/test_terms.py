"""What a partner reads before agreeing: every term there is, in whole sentences."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from relay import terms
from relay.chain import LinkTerms
from relay.language import LANGUAGES, speak
from relay.outbox import Notice
from relay.refusals import Unfit
from relay.tables import Result, Sees

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def offer(language: str = "en", **agreed: Any) -> str:
    """Return what is read of a link's terms."""
    link = LinkTerms.model_validate({"upper": "-", "lower": "-", **agreed})
    told = {"what": Notice.TERMS, "invitation": 1, "name": "North", "by": "Iceberg", "until": 0}
    told["terms"] = terms.facts(link.model_dump())
    return terms.post(told, NOW, speak(language)).words.plain


def test_all_that_was_agreed_is_told() -> None:
    said = offer(
        client="hidden",
        names=True,
        take_within="30m",
        resolve_within="8h",
        check_within="3d",
        tariff={"callout": "2500 RUB", "hour": "900 RUB"},
        penalty="10%",
    )

    assert said.split("What is agreed:\n")[1].splitlines()[:-1] == [
        "• You are not told who the client is.",
        "• Iceberg reads the name of whoever of you writes.",
        "• Please take a request within 30 min, or it may go to somebody else.",
        "• Please finish it within 8 hr of your working hours.",
        "• Iceberg checks every result: it accepts it, or returns it.",
        "• A result that nobody has checked within 3 days counts as accepted.",
        "• Iceberg rates your work from 1 to 5, and you read how.",
        "• You read how the client rates the whole case.",
        "• Prices: callout: 2500 RUB; hour: 900 RUB.",
        "• From work that is late, 10% is deducted.",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_agreed_reads_as_something_of_its_own(language: str) -> None:
    said = [offer(language, client=c, result=r) for c, r in product(Sees, Result)]

    assert len({*said}) == len(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_becomes_of_an_invitation_there_are_words_for_it(language: str) -> None:
    _ = speak(language)
    facts = {"name": "North", "code": "NOR", "invitation": 1}
    kinds = (Notice.JOINED, Notice.LINKED, Notice.WITHDRAWN, Notice.NOT_JOINED)

    for what, by, reason, known in product(kinds, (None, "Ice"), (None, *Unfit), (False, True)):
        told = {**facts, "what": what, "by": by, "reason": reason, "known": known}
        said = terms.post(told, NOW, _).words.plain
        assert "North" in said or "Ice" in said
        assert "{" not in said
