"""The product: a ticket relay that has never heard of Telegram.

Read from the bottom up: ``moves`` (the life of a ticket as a table), ``reading`` (who reads what),
``holding`` (whose move it is), ``text``, ``masks`` and ``channel`` (what is said, and the port to
a messenger); then ``tables`` and ``store`` (what is kept); ``card`` and ``wording`` (how it reads),
``outbox`` (what others are promised); the use cases ``tickets`` (what people do), ``writing`` and
``talk`` (what they say), ``people``, ``equipment``, ``status`` and ``chain``; and at last the
engine: ``inbox`` and ``courier``.
"""
