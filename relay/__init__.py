"""The product: a ticket relay that has never heard of Telegram.

Read from the bottom up: ``moves`` (the life of a ticket as a table), ``reading`` (who reads what),
``holding`` (whose move it is), ``hours`` (which time counts), ``text``, ``masks`` and ``channel``
(what is said, and the port to a messenger); then ``tables`` and ``store`` (what is kept);
``deadlines`` (until when), ``card`` and ``wording`` (how it reads), ``outbox`` (what others are
promised); the use cases ``tickets`` and ``offers`` (what people do), ``clocks`` (what time does),
``writing`` and ``talk`` (what they say), ``requests`` and ``intake`` (what clients ask), ``people``
and ``status``; how a chain comes to be what it is: ``chain`` and ``setup`` (from a file),
``invitations`` and ``changing`` (in the chats), ``equipment``; what it all comes to: ``periods``,
``totals``, ``reports``, ``scorecards``, ``contributions``, ``telling`` and ``listing``; and at last
the engine: ``inbox``, ``courier`` and ``timekeeper``.
"""
