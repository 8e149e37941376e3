"""The records: what is kept, what it means, and in which unit.

First the chain (``chains``), then ``people``, then ``cases`` with what was done and said, then the
``engine``: what came in, what is to be told, and where it landed.
"""

from relay.tables.base import Base, Moment, Span
from relay.tables.cases import Case, Copy, Event, Message, Purpose, Question, Ticket
from relay.tables.chains import Forward, Link, Party, Result, Sees, Standing
from relay.tables.engine import (
    HISTORY,
    Attempt,
    Cursor,
    Decision,
    Delivery,
    Doing,
    Handling,
    Kind,
    Lane,
    Lease,
    Line,
    Part,
    Progress,
)
from relay.tables.people import Client, Member, Person

__all__ = [
    "HISTORY",
    "Attempt",
    "Base",
    "Case",
    "Client",
    "Copy",
    "Cursor",
    "Decision",
    "Delivery",
    "Doing",
    "Event",
    "Forward",
    "Handling",
    "Kind",
    "Lane",
    "Lease",
    "Line",
    "Link",
    "Member",
    "Message",
    "Moment",
    "Part",
    "Party",
    "Person",
    "Progress",
    "Purpose",
    "Question",
    "Result",
    "Sees",
    "Span",
    "Standing",
    "Ticket",
]
