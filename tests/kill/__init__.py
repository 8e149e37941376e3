"""The kill campaign: people go on talking while the bot is killed, stopped and put to sleep.

Real processes, real files, real HTTP. Read ``town`` (who is there), ``talk`` (what they say),
``crew`` (the processes), ``records`` (what the database says at the end), ``judge`` (what became of
each message), ``campaign`` (one process), ``relief`` (several on one database), and ``__main__``
(the runs of ``make kill-test``, and their table).
"""
