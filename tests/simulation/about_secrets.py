"""S: nobody reads what is not for them, in whatever form, by whatever way."""

from __future__ import annotations

from collections.abc import Iterator

from tests.simulation.evidence import Evidence
from tests.simulation.invariants import invariant
from tests.simulation.town import Somebody


def told(evidence: Evidence, chat: int, word: str, until: float | None = None) -> str:
    """Return what the bot said in a chat that holds a word, in any case; until some moment."""
    wanted = word.lower()
    for at, words in evidence.shown[int(evidence.at(chat))]:
        if wanted in words.lower() and (until is None or at < until):
            return words
    return ""


@invariant("S1", "the client shows only where the links allow it")
def clients_are_known_where_they_may_be(evidence: Evidence) -> Iterator[str]:
    for client in evidence.town.clients:
        for place, party in enumerate(evidence.town.companies):
            allowed = {each.terms["client"] for each in evidence.town.companies[1 : place + 1]}
            reach = (client.username, client.phone, client.email)
            names = (client.first, client.last)
            secrets: list[tuple[str, float | None]] = []
            if "hidden" in allowed:
                secrets = [(word, None) for word in names + reach]
            elif "name" in allowed:
                secrets = [(word, None) for word in reach]
            if "when_taken" in allowed:
                until = taken(evidence, client, place)
                secrets += [(word, until) for word in names + reach]
            for word, before in secrets:
                if found := told(evidence, party.chat, word, before):
                    yield f"{party.name} ({allowed}) reads {word!r}: {found[:300]}"


def taken(evidence: Evidence, client: Somebody, place: int) -> float | None:
    """Return when everybody up to some level had first taken a case of a client."""
    codes = [
        each.code
        for each in evidence.town.companies[1 : place + 1]
        if each.terms["client"] == "when_taken"
    ]
    moments = []
    home = next((each for each in evidence["clients"] if each["place"] == str(client.id)), None)
    for code in codes:
        own = [
            each["id"]
            for each in evidence["tickets"]
            if home
            and each["number"].startswith(code)
            and evidence.by_id["cases"][each["case_id"]]["client_id"] == home["id"]
        ]
        turns = [
            turn["at"]
            for ticket in own
            for turn in evidence.moved("ticket", ticket)
            if turn["before"] == "offered" and turn["after"] == "working"
        ]
        moments.append(min(turns, default=None))
    return None if None in moments else max(each for each in moments if each is not None)


@invariant("S1", "clients and other companies' people are told no names")
def people_are_known_where_they_may_be(evidence: Evidence) -> Iterator[str]:
    companies = evidence.town.companies
    for place, party in enumerate(companies):
        near = {place}
        if place and party.terms["names"]:
            near.add(place - 1)
        if place + 1 < len(companies) and companies[place + 1].terms["names"]:
            near.add(place + 1)
        for other, reader in enumerate(companies):
            for person in party.people:
                for word in (person.first, person.last):
                    if other not in near and (found := told(evidence, reader.chat, word)):
                        yield f"{reader.name} reads {word!r} of {party.name}: {found[:300]}"
        for client in evidence.town.clients:
            for person in party.people:
                if found := told(evidence, client.id, person.last):
                    yield f"{client.name} reads {person.last!r} of {party.name}: {found[:300]}"


@invariant("S1", "companies are named to their neighbours and to the first party")
def companies_are_known_where_they_may_be(evidence: Evidence) -> Iterator[str]:
    companies = evidence.town.companies
    for place, party in enumerate(companies):
        for other, reader in enumerate(companies):
            if (
                other
                and abs(other - place) > 1
                and (found := told(evidence, reader.chat, party.name))
            ):
                yield f"{reader.name} reads {party.name!r}: {found[:300]}"
        for client in evidence.town.clients:
            if place and (found := told(evidence, client.id, party.name)):
                yield f"{client.name} reads {party.name!r}: {found[:300]}"


@invariant("S1", "a rival knows nobody but the party that both work for, and nobody knows it")
def rivals_do_not_know_each_other(evidence: Evidence) -> Iterator[str]:
    rival, others = evidence.town.rival, evidence.town.companies[1:]
    for other in others if rival else ():
        people = [(each.last, other) for each in other.people]
        for word, whose in [(other.name, other), *people]:
            if rival and (found := told(evidence, rival.chat, word)):
                yield f"{rival.name} reads {word!r} of {whose.name}: {found[:300]}"
        if rival and (found := told(evidence, other.chat, rival.name)):
            yield f"{other.name} reads of {rival.name}: {found[:300]}"
    for client in evidence.town.clients if rival else ():
        if rival and (found := told(evidence, client.id, rival.name)):
            yield f"{client.name} reads of {rival.name}: {found[:300]}"


@invariant("S1", "notes and plain talk stay in their chat")
def what_is_not_relayed_stays(evidence: Evidence) -> Iterator[str]:
    clients = {each.id for each in evidence.town.clients}
    for spoken in evidence.story.people.said:
        plain = spoken.kind == "says" and spoken.chat not in clients
        if spoken.kind == "note" or plain:
            for chat in evidence.story.town.chats:
                away = evidence.at(chat) != evidence.at(spoken.chat)
                if away and (found := told(evidence, chat, spoken.token + " ")):
                    said = f"{spoken.token} ({spoken.kind} in {spoken.chat})"
                    yield f"{said} shows in {chat}: {found}"


@invariant("S3", "tariffs show nowhere but to the two who agreed on them")
def tariffs_are_told_nobody_else(evidence: Evidence) -> Iterator[str]:
    companies = evidence.town.companies
    for place, party in enumerate(companies):
        ends = {party.chat, companies[place - 1].chat}
        for chat in {*evidence.town.chats} - ends:
            for words in party.amounts:
                if found := told(evidence, chat, words):
                    yield f"the tariff of {party.name} shows in {chat}: {found[:300]}"


@invariant("S4", "no names, texts or tokens in the log")
def logs_are_discreet(evidence: Evidence) -> Iterator[str]:
    words = [evidence.world.token, *(each.last for each in evidence.town.everybody)]
    words += [f"{each.token} " for each in evidence.story.people.said]
    for line in evidence.story.logged:
        for word in words:
            if word in line:
                yield f"the log says {word!r}: {line[:300]}"
