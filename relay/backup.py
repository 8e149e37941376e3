"""A start from a backup: it does not say what was told since it was made, so people decide.

Nothing is sent, but to operators, until one of them agrees; what people say meanwhile is taken
in, and waits.
"""

from __future__ import annotations

from relay import decisions
from relay.channel import Reason
from relay.health import Sort
from relay.outcomes import forget_looks, is_safe
from relay.refusals import Already
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import Progress


async def restored(store: Store) -> None:
    """Let the bot be silent: whatever the backup has yet to tell may have arrived by now.

    What can safely be made again, such as a card's refresh, is; the rest is in doubt.
    """
    await store.fall_silent()
    for line in await store.waiting():
        if not await is_safe(store, line):
            line.state, line.reason = Progress.UNCLEAR, Reason.MAY_HAVE_ARRIVED
            continue
        await forget_looks(store, line)
        if line.state is Progress.SENDING:
            line.state = Progress.QUEUED


async def go_on(store: Store, speaker: Speaker, *, again: bool) -> None:
    """Speak again; what is in doubt is sent *again*, or else taken as arrived.

    Raises:
        Already: somebody has agreed.
    """
    if not await store.speak():
        raise Already
    decide = decisions.again if again else decisions.arrived
    for about in await store.in_doubt():
        await decide(store, speaker, Sort.UNDELIVERED, about)
    decisions.note(store, speaker, decisions.Verdict.GO_ON)
