"""The benchmark: Baton beside a bare aiogram relay, on one stub of the Bot API server.

Read ``__main__`` (what is measured, and how it is told), ``scenario`` (who says what to whom),
``contestants`` (the two bots as processes), ``bare`` (the relay to compare with),
``stub`` (the server).
"""
