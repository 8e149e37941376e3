"""The seeded bugs still fit the code; whether tests see them is tried by ``make mutants``."""

import re

import pytest

from tests.seeded_bugs.bugs import ROOT, Bug, bugs

BUGS = bugs()


def test_there_are_seeded_bugs() -> None:
    assert BUGS


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_seeded_bug_still_has_its_place_in_the_code(bug: Bug) -> None:
    bug.apply(ROOT, "--check")


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_the_tests_that_have_to_see_a_seeded_bug_are_there(bug: Bug) -> None:
    assert bug.breaks.endswith(".")
    assert bug.seen_by
    for test in bug.seen_by:
        file, _, name = test.partition("::")
        assert re.search(rf"^(async )?def {name}\(", (ROOT / file).read_text(), re.MULTILINE)
