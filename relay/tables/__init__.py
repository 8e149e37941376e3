"""The records: what is kept, what it means, and in which unit.

First the chain (``chains``), then ``people`` and ``equipment``, then ``cases`` with what was done
and said, and ``intakes``, which are no cases yet; then the ``engine``: what came in, what is to be
told, and where it landed; then the ``figures`` that the log comes to, ``findables``, by which
tickets are found, ``settlements``, ``subscriptions`` to reports, and ``visits`` of those who look
at all that.
"""

from relay.tables.base import Base, Moment, Span
from relay.tables.cases import Case, Copy, Event, Message, Purpose, Question, Ticket
from relay.tables.chains import (
    REOPEN_WITHIN,
    Asked,
    Change,
    Forward,
    Invitation,
    Link,
    Offering,
    Party,
    Proposal,
    Result,
    Sees,
    Standing,
    Step,
)
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
from relay.tables.equipment import Equipment
from relay.tables.figures import Tally
from relay.tables.findables import Findable
from relay.tables.intakes import Intake
from relay.tables.people import Block, Client, Member, Person
from relay.tables.settlements import Bill, Charge, Confirmation, Sort
from relay.tables.subscriptions import Subscription
from relay.tables.visits import Admission, Export, Visit

__all__ = [
    "HISTORY",
    "REOPEN_WITHIN",
    "Admission",
    "Asked",
    "Attempt",
    "Base",
    "Bill",
    "Block",
    "Case",
    "Change",
    "Charge",
    "Client",
    "Confirmation",
    "Copy",
    "Cursor",
    "Decision",
    "Delivery",
    "Doing",
    "Equipment",
    "Event",
    "Export",
    "Findable",
    "Forward",
    "Handling",
    "Intake",
    "Invitation",
    "Kind",
    "Lane",
    "Lease",
    "Line",
    "Link",
    "Member",
    "Message",
    "Moment",
    "Offering",
    "Part",
    "Party",
    "Person",
    "Progress",
    "Proposal",
    "Purpose",
    "Question",
    "Result",
    "Sees",
    "Sort",
    "Span",
    "Standing",
    "Step",
    "Subscription",
    "Tally",
    "Ticket",
    "Visit",
]
