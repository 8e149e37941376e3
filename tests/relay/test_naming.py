"""What a party is called that named itself: always something that fits, never what another has."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from relay import chain, naming

TOKEN = 22  #: characters; what a group is brought must not be taken for a party's key


@pytest.mark.parametrize(
    ("name", "code", "key"),
    [
        ("Cold Repair", "COL", "cold-repair"),
        ("Холодный ремонт", "KHO", "kholodnyy-remont"),
        ("Щит и Ёж", "SCH", "schit-i-ezh"),
        ("Kühl & Söhne GmbH", "KUH", "kuhl-sohne-gmbh"),
        ("1C", "CPT", "1c"),
        ("冷机", "PTY", "party"),
        ("🧊", "PTY", "party"),
    ],
)
def test_a_name_becomes_a_code_and_a_key(name: str, code: str, key: str) -> None:
    assert (naming.code(name, ()), naming.key(name, ())) == (code, key)


@given(some.lists(some.text(max_size=100), max_size=60))
def test_whatever_parties_are_called_each_gets_a_code_and_a_key_of_its_own(
    names: list[str],
) -> None:
    codes, keys = list[str](), list[str]()
    for name in names:
        codes.append(naming.code(name, codes))
        keys.append(naming.key(name, keys))

    assert len({*codes}) == len({*keys}) == len(names)
    assert all(chain.CODE.fullmatch(each) for each in codes)
    assert all(chain.KEY.fullmatch(each) and len(each) < TOKEN for each in keys)


def test_a_thousand_companies_of_one_name_all_find_a_code() -> None:
    taken = set[str]()
    for _ in range(1000):
        taken.add(naming.code("Ice", taken))

    assert len(taken) == 1000
    assert {re.sub("[A-Z]", "", each) for each in taken} == {""}
