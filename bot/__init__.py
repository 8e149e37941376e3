"""The process: everything that knows a token, an address or a clock.

Read ``settings`` and ``app`` (how it is put together), ``fleet`` (the bots of a process) and
``engine`` (one bot at work), then the way in (``polling``, ``webhook``, ``updates``, ``rights``,
``standings``), the way out (``telegram``, ``posts``, ``session``, ``errors``), and at last ``web``
and ``cli`` with ``applying`` and ``check``.
"""
