"""How reports, scorecards and contributions read, in words that fit a phone and as a chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final, TypeVar

from babel.dates import format_interval
from babel.numbers import format_decimal, format_percent

from relay.card import SUBJECT, Reader, subject
from relay.channel import Act, Button, Post
from relay.contributions import Contribution
from relay.contributions import Share as Part
from relay.language import Gettext
from relay.periods import Period
from relay.pictures import Chart, Measure
from relay.reports import Level, Report, Whose
from relay.scorecards import Partners, Scorecard
from relay.tables import Ticket
from relay.text import Text, bold, fill, joined, lines, shortened
from relay.totals import percents, whole
from relay.words import ours

NONE: Final = "–"  #: stands where there is nothing to tell
HOUR: Final = timedelta(hours=1)
PERCENT: Final = 100
STEPS: Final = "▁▂▃▄▅▆▇█"  #: of a small picture in a line of text
GAP: Final = "·"  #: nothing was promised

Value = TypeVar("Value", float, timedelta)


def report(found: Report, _: Gettext) -> Post:
    """Tell a report, with buttons for the same as a picture and as files."""
    before = fill(_("Compared with {period}."), period=days(found.period.before, _))
    parts = [
        lines(bold(title(found, _)), before if found.compares else ""),
        lines(
            compared(found, _("Opened"), "opened", str, _),
            compared(found, _("Closed"), "closed", str, _),
            compared(found, _("Reopened"), "reopened", str, _),
        ),
        closed(found, _) if found.now.closed or found.before.closed else Text(),
        where_time_went(found, _),
    ]
    about, packed = found.over.id if found.over else 0, found.period.packed
    labels = (("📊 " + _("Picture"), Act.CHART), ("XLSX", Act.XLSX), ("CSV", Act.CSV))
    return Post(
        joined("\n\n", parts),
        buttons=[[Button(label, act, about, packed) for label, act in labels]],
    )


def title(found: Report, _: Gettext) -> str:
    """Return what a report is about, and when."""
    when = days(found.period, _)
    if found.over is None:
        return _("Report of {party}: {period}").format(party=found.party.name, period=when)
    return _("From {upper} to {lower}: {period}").format(
        upper=found.over.upper.name, lower=found.over.lower.name, period=when
    )


def days(period: Period, _: Gettext) -> str:
    """Return a period in words: ``Nov 1 – 26, 2026``."""
    words = str(format_interval(period.begin, period.last, "yMMMd", locale=_.language))
    return words.replace("\N{THIN SPACE}", " ")


def closed(found: Report, _: Gettext) -> Text:
    """Tell of tickets that were closed how long they took, and how good they were."""

    def share(of: float) -> str:
        return percent(of, _)

    return lines(
        spread(found, _("To take"), "to_take", _),
        spread(found, _("To resolve"), "to_resolve", _),
        spread(found, _("In check"), "in_check", _),
        compared(found, _("In time"), "in_time", share, _),
        compared(found, _("Sent back"), "rework", share, _),
        compared(found, _("Rating"), "rating", lambda each: mark(each, _), _),
    )


def compared(found: Report, what: str, name: str, show: Callable[[float], str], _: Gettext) -> str:
    """Tell the figure of a *name*, whether it has grown, and what it was before."""
    now, before = getattr(found.now, name), getattr(found.before, name)
    shown, was = (NONE if each is None else show(each) for each in (now, before))
    if found.compares and now is not None and before is not None and shown != was:
        shown += " ↑" if now > before else " ↓"
    return beside(found, _("{what}: {now}").format(what=what, now=shown), was, _)


def spread(found: Report, what: str, name: str, _: Gettext) -> str:
    """Tell how long something took half of the tickets, and nine of ten."""
    now, before = getattr(found.now, name), getattr(found.before, name)
    was = NONE
    if before.median is not None:
        was = f"{_.duration(before.median)}, {_.duration(before.ninetieth)}"
    if now.median is None:
        return beside(found, _("{what}: {now}").format(what=what, now=NONE), was, _)
    told = _("{what}: half within {median}, nine of ten within {ninetieth}").format(
        what=what, median=_.duration(now.median), ninetieth=_.duration(now.ninetieth)
    )
    return beside(found, told, was, _)


def beside(found: Report, told: str, was: str, _: Gettext) -> str:
    """Tell a figure with what it was before, if anything was."""
    if not found.compares:
        return told
    return _("{figure} (before: {before})").format(figure=told, before=was)


def percent(share: float, _: Gettext) -> str:
    """Return a share in words."""
    return str(format_percent(share, locale=_.language))


def mark(stars: float, _: Gettext) -> str:
    """Return a mean of stars in words."""
    return str(format_decimal(stars, "0.0", locale=_.language))


def where_time_went(found: Report, _: Gettext) -> Text:
    """Tell how much of the time each level had the move."""
    if not found.levels:
        return Text()
    told = []
    for level, now, before in shares_told(found):
        said = _("{who}: {share}, {time}").format(
            who=who(level, _),
            share=NONE if now is None else percent(now, _),
            time=_.duration(whole(level.now)),
        )
        told.append(beside(found, said, NONE if before is None else percent(before, _), _))
    return lines(bold(_("Where the time went, in cases that were closed")), *told)


def shares(found: Report, level: Level) -> tuple[float | None, float | None]:
    """Return how much of all that the reader can see a level had, now and before."""
    return (
        whole(level.now) / found.spent if found.spent else None,
        whole(level.before) / found.spent_before if found.spent_before else None,
    )


def shares_told(found: Report) -> list[tuple[Level, float | None, float | None]]:
    """Return each level with the same in whole percents, which add up."""
    now, before = (
        [None if each is None else each / PERCENT for each in percents([*map(whole, times)])]
        for times in ([each.now for each in found.levels], [each.before for each in found.levels])
    )
    return [*zip(found.levels, now, before, strict=True)]


def who(level: Level, _: Gettext) -> str:
    """Return what a level is called."""
    if level.name:
        return level.name
    match level.whose:
        case Whose.CLIENT:
            return _("Clients")
        case Whose.UPPER:
            return _("Those above you")
        case Whose.LOWER:
            return _("Your partners")
        case _:
            return _("Level {n}").format(n=level.number)


def chart(found: Report, _: Gettext) -> Chart:
    """Return a report as bars, each figure beside what it was before."""
    now, before = found.now, found.before
    times = [
        (f"{what}, {share}", getattr(one, which), getattr(other, which))
        for what, one, other in (
            (_("To take"), now.to_take, before.to_take),
            (_("To resolve"), now.to_resolve, before.to_resolve),
            (_("In check"), now.in_check, before.in_check),
        )
        for which, share in (("median", _("half")), ("ninetieth", _("nine of ten")))
    ]
    counts = (
        (_("Opened"), now.opened, before.opened),
        (_("Closed"), now.closed, before.closed),
        (_("Reopened"), now.reopened, before.reopened),
    )
    quality = (
        (_("In time"), now.in_time, before.in_time),
        (_("Sent back"), now.rework, before.rework),
    )
    went = [(who(level, _), now, before) for level, now, before in shares_told(found)]
    groups = [
        (_("Tickets"), measures(counts, 1, str)),
        (_("Done within, hours"), measures(times, HOUR, _.duration)),
        (_("Shares, %"), measures(quality, 1 / PERCENT, lambda each: percent(each, _))),
        (
            _("Rating, of 5"),
            measures([(_("Rating"), now.rating, before.rating)], 1, lambda each: mark(each, _)),
        ),
        (_("Where the time went, %"), measures(went, 1 / PERCENT, lambda each: percent(each, _))),
    ]
    return Chart(
        title(found, _),
        [(name, bars) for name, bars in groups if bars],
        days(found.period, _),
        days(found.period.before, _),
    )


def measures(
    figures: Sequence[tuple[str, Value | None, Value | None]],
    unit: Value,
    show: Callable[[Value], str],
) -> list[Measure]:
    """Return figures in a unit, as far as there are any."""
    return [
        Measure(label, now / unit, None if before is None else before / unit, show(now))
        for label, now, before in figures
        if now is not None
    ]


# Scorecards


def scorecards(found: Partners, _: Gettext) -> Post:
    """Tell how a party's partners do, ranked, and how it does itself."""
    below, own = found.below, found.own
    parts = [bold(cards_title(found, _))]
    parts += [lines(bold(place(each)), card(each, _)) for each in below]
    if not below:
        parts.append(Text(_("You pass work on to nobody yet. /invite brings a partner in.")))
    if own:
        parts.append(bold(_("What you do for others")))
    parts += [lines(bold(for_whom(each, _)), card(each, _)) for each in own]
    if any(each.totals.closed for each in (*below, *own)):
        parts.append(
            Text(
                _(
                    "Small bars show the share in time in four such periods, this one last; a dot: "
                    "nothing was promised. Partners stand in the order of that share, then of "
                    "rating, then of what was sent back."
                )
            )
        )
    button = Button("XLSX", Act.CARDS, 0, found.period.packed)
    return Post(joined("\n\n", parts), buttons=[[button]] if below or own else [])


def cards_title(found: Partners, _: Gettext) -> str:
    """Return whose partners these are, and when."""
    when = days(found.period, _)
    return _("Partners of {party}: {period}").format(party=found.party.name, period=when)


def place(found: Scorecard) -> str:
    """Return a partner with its place among all."""
    return f"{found.place}. {found.lower.name}" if found.place else found.lower.name


def for_whom(found: Scorecard, _: Gettext) -> str:
    """Return for whom somebody works."""
    return found.link.upper.name if found.link else _("Clients")


def card(found: Scorecard, _: Gettext) -> str:
    """Tell a scorecard in a few words."""
    return "; ".join(card_facts(found, _, sparkline(found.trend)))


def card_facts(found: Scorecard, _: Gettext, trend: str = "") -> list[str]:
    """Return what is told on a scorecard, the share in time with its *trend*."""
    totals = found.totals
    if not totals.closed:
        return [_.plural("{n} opened, nothing closed", "{n} opened, nothing closed", totals.opened)]
    in_time, half = totals.in_time, totals.to_resolve.median
    told = [
        _("in time {share} {trend}").format(share=percent(in_time, _), trend=trend).strip()
        if in_time is not None
        else "",
        _("rated {stars} by {count}").format(stars=mark(totals.rating, _), count=totals.rated)
        if totals.rating is not None
        else "",
        _("sent back {share}").format(share=percent(totals.rework or 0, _)),
        _("opened {opened}, closed {closed}").format(opened=totals.opened, closed=totals.closed),
        _("half resolved within {time}").format(time=_.duration(half)) if half is not None else "",
    ]
    return [each for each in told if each]


def sparkline(trend: Sequence[float | None]) -> str:
    """Return shares as small bars, and where they go."""
    bars = "".join(
        GAP if each is None else STEPS[min(int(each * len(STEPS)), len(STEPS) - 1)]
        for each in trend
    )
    known = [each for each in trend if each is not None]
    if len(known) < 2 or trend[-1] is None:
        return bars
    before, now = known[-2:]
    return bars + (" ↗" if now > before else " ↘" if now < before else " →")


# Contributions


def contribution(found: Contribution, _: Gettext) -> Post:
    """Tell what each level of a case had its share in."""
    ticket = found.ticket
    reader = Reader(ticket, client=False, now=ticket.since, spoke=found.spoke)
    own = lines(
        fill(_("{number} · who had which share"), number=bold(ticket.number)),
        shortened(subject(reader), SUBJECT),
    )
    times = percents([whole(each.times) for each in found.shares])
    messages = percents([each.said for each in found.shares])
    levels = [part(found, *each, _) for each in zip(found.shares, times, messages, strict=True)]
    others = [
        fill(
            _("{number} · {party}: {state}"),
            number=each.number,
            party=_("level {n}").format(n=len(each.path)),
            state=ours(each.state, _, passed_on=bool(each.open_lowers)),
        )
        for each in found.others
    ]
    notes = lines(
        _("Work that is done again counts for whose result was sent back."),
        _("Shares are parts of the time and of the messages that you can see here.")
        if found.others
        else "",
    )
    return Post(joined("\n\n", [own, lines(*levels, *others), notes]))


def part(
    found: Contribution, level: Part, time: int | None, messages: int | None, _: Gettext
) -> Text:
    """Tell what one level had its share in; the shares of all are in percent."""
    told = [
        _("{share} of the time: {time}").format(
            share=NONE if time is None else percent(time / PERCENT, _),
            time=_.duration(whole(level.times)),
        ),
        _("{share} of the messages: {count}").format(
            share=NONE if messages is None else percent(messages / PERCENT, _), count=level.said
        ),
        _.plural("result sent back {n} time", "result sent back {n} times", level.caused)
        if level.caused
        else "",
        _.plural("sent back {n} time to below", "sent back {n} times to below", level.received)
        if level.received
        else "",
    ]
    details = ", ".join(each for each in told if each)
    return lines(heading(found.ticket, level, _), "   " + details)


def heading(reader: Ticket, level: Part, _: Gettext) -> Text:
    """Return whose share it is."""
    ticket = level.ticket
    if ticket is None:
        return Text(_("The client"))
    name = ticket.party.name if level.near else _("level {n}").format(n=len(ticket.path))
    number = bold(ticket.number) if ticket.id == reader.id else Text(ticket.number)
    return fill("{number} · {party}", number=number, party=name)
