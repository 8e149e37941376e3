"""Money adds up: to the cent, however often it was corrected, and for both ends alike."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relay import charges, costs, money
from relay.billing import ADDED
from relay.costs import Cost, Costs
from relay.language import speak
from relay.months import Month
from relay.reading import Valve
from relay.settlements import Settled, Settlement, sheets
from relay.tables import Link, Party, Sort

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CENTS = st.integers(0, 99_999_999_999).map(lambda each: Decimal(each).scaleb(-2))
QUANTITY = st.integers(0, 100_000).map(lambda each: Decimal(each).scaleb(-2))


def line(sort: Sort, what: str, quantity: Decimal, price: Decimal | None, agreed: str = "") -> Cost:
    currency = None if price is None else "RUB"
    return Cost(sort, what, quantity, price, currency, agreed or None, 1, "Paul", NOW)


@st.composite
def written(draw: st.DrawFn) -> list[Cost]:
    """Return all that was ever said of a ticket: lines, corrections, perhaps a deduction."""
    sorts = st.sampled_from([Sort.CALLOUT, Sort.HOUR, Sort.KIND, Sort.EXTRA])
    lines = draw(
        st.lists(
            st.builds(line, sorts, st.sampled_from("abc"), QUANTITY, CENTS)
            | st.builds(line, sorts, st.just("d"), QUANTITY, st.none(), st.just("as agreed")),
            max_size=9,
        )
    )
    percent = st.integers(1, 10_000).map(lambda each: f"{Decimal(each).scaleb(-2):f}%")
    waived = st.sampled_from([Decimal(0), Decimal(1)])
    shares = st.builds(line, st.just(Sort.PENALTY), st.just("p"), waived, st.none(), percent)
    fixed = st.builds(line, st.just(Sort.PENALTY), st.just("p"), waived, CENTS)
    return lines + draw(st.lists(shares | fixed, max_size=1))


def half_up(exact: Fraction) -> int:
    return floor(exact + Fraction(1, 2))


def slowly(lines: list[Cost]) -> tuple[int, int]:
    """Return what all lines but the deduction come to, and the deduction, in cents."""
    counts = {(each.sort, each.what): each for each in lines}.values()
    gross = sum(
        half_up(Fraction(each.quantity) * Fraction(each.price) * 100)
        for each in counts
        if each.price is not None and each.sort is not Sort.PENALTY
    )
    minus = 0
    for each in counts:
        if each.sort is Sort.PENALTY and each.quantity:
            if each.agreed:
                percent = Fraction(each.agreed.removesuffix("%"))
                minus = half_up(Fraction(gross) * percent / 100)
            else:
                minus = min(half_up(Fraction(each.price or 0) * 100), gross)
    return gross, minus


@given(lines=written())
def test_a_ticket_costs_what_a_slow_recomputation_says(lines: list[Cost]) -> None:
    found = costs.newest(lines)

    gross, minus = slowly(lines)
    assert [each * 100 for each in (found.gross, found.deducted)] == [gross, minus]
    assert found.total * 100 == gross - minus >= 0
    shown = [found.comes_to(each) for each in found.lines]
    assert sum(each for each in shown if each is not None) == found.total


@settings(max_examples=40)
@given(tickets=st.lists(written(), max_size=4), disputed=st.sets(st.integers(0, 3), max_size=2))
def test_a_month_is_the_sum_of_its_lines_for_both_ends(
    tickets: list[list[Cost]], disputed: set[int]
) -> None:
    upper, lower = party(1, "Iceberg"), party(2, "Cold Repair")
    link = Link(id=1, upper_id=1, lower_id=2, upper=upper, lower=lower, names=False)
    settled = [
        Settled(n, f"SRV-{n}", f"VND-{n}", NOW, n in disputed, **charges.sums(costs.newest(lines)))
        for n, lines in enumerate(tickets)
    ]
    costed = {n: costs.newest(lines) for n, lines in enumerate(tickets)}
    counted = tuple(each for each in settled if not each.disputed)
    apart = tuple(each for each in settled if each.disputed)
    found = Settlement(link, Month(2026, 3), True, counted, apart, ())

    sums = [slowly(lines) for n, lines in enumerate(tickets) if n not in disputed]
    due = sum(gross - minus for gross, minus in sums)
    assert sum(each.total for each in found.sums) * 100 == due
    for reader in (upper, lower):
        totals, lines_of, _said = sheets(found, costed, reader, speak("en"))
        summed = sum(row[8] or 0 for row in lines_of.rows if row[3] == "counts")  # type: ignore[misc]
        assert summed * 100 == due
        assert sum(row[8] for row in totals.rows if row[3] == "counts") * 100 == due  # type: ignore[misc]


def party(number: int, name: str) -> Party:
    return Party(id=number, name=name, timezone="UTC", to_client=Valve.HOLD)


@pytest.mark.parametrize(
    ("gross", "percent", "minus"),
    [("0.05", "10%", "0.01"), ("0.04", "10%", "0.00"), ("0.05", "50%", "0.03"), ("9", "100%", "9")],
)
def test_half_a_cent_is_deducted_as_a_whole_one(gross: str, percent: str, minus: str) -> None:
    work = line(Sort.KIND, "repair", Decimal(1), Decimal(gross))
    late = line(Sort.PENALTY, "penalty", Decimal(1), None, percent)

    assert Costs((work, late)).deducted == Decimal(minus)


def test_never_more_is_deducted_than_the_work_costs() -> None:
    work = line(Sort.KIND, "repair", Decimal(1), Decimal(100))
    late = line(Sort.PENALTY, "penalty", Decimal(1), Decimal(500))

    assert Costs((work, late)).total == 0


@given(amount=CENTS)
def test_a_price_is_said_as_it_is_read(amount: Decimal) -> None:
    said = str(money.Money(amount, "RUB"))

    assert money.price(said) == money.Money(amount, "RUB")
    assert money.tidied(said.replace(".", ",").lower()) == said


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("2500 RUB", "2500 RUB"),
        ("2 500,5 ₽", "2500.50 RUB"),
        ("12 руб.", "12 RUB"),
        ("9€", "9 EUR"),
        ("20,50 евро", "20.50 EUR"),
        ("10 %", "10%"),
        ("1.234,50 EUR", "1234.50 EUR"),
        ("1,200.50 RUB", "1200.50 RUB"),
        ("5 рублей", "5 RUB"),
        ("1,200 RUB", "1,200 RUB"),
        ("1,2,3.50 RUB", "1,2,3.50 RUB"),
        ("a lot", "a lot"),
    ],
)
def test_prices_are_read_as_people_write_them(words: str, read: str) -> None:
    assert money.tidied(words) == read


@pytest.mark.parametrize(
    ("words", "what", "price"),
    [
        ("Spare part M8: 1 200,50 ₽", "Spare part M8", "1200.50 RUB"),
        ("Part - 500 RUB", "Part", "500 RUB"),
        ("Bearing SKF-6204 500 RUB", "Bearing SKF-6204", "500 RUB"),
        ("Filter 10 1200 RUB", "Filter 10", "1200 RUB"),
        ("Доставка 500р", "Доставка", "500 RUB"),
        ("Hose 2,5 m = 900 руб.", "Hose 2,5 m", "900 RUB"),
    ],
)
def test_what_else_is_to_be_paid_is_read_as_people_write_it(
    words: str, what: str, price: str
) -> None:
    found = ADDED.fullmatch(words)

    assert found
    assert (found["what"], money.tidied(found["price"])) == (what, price)


@pytest.mark.parametrize("words", ["Discount: -500 RUB", "Part -500", "x 1,200 EUR", "100 RUB"])
def test_what_may_be_a_minus_or_is_no_amount_is_not_guessed(words: str) -> None:
    assert not ADDED.fullmatch(words)
