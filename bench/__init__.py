"""The benchmark: Baton beside a bare aiogram relay, on one stub of the Bot API server.

Read ``__main__`` (what can be measured), then a module for each part: ``rate``, ``latency``,
``past``, ``memory``, ``views``. They need ``scenario`` (who says what to whom), ``contestants``
(the two bots as processes), ``bare`` (the relay to compare with), ``stub`` (the server), ``cases``
(a past for the database), ``figures`` and ``machine`` (how it is told).

Beside it, a sample of what two years of work leave behind: ``sample`` (what is written of a case),
``lives`` (how cases go), ``town`` (who there is), ``bulk`` (millions of rows).
"""
