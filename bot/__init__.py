"""The process: everything that knows a token, an address or a clock.

Read ``settings`` and ``app`` (how it is put together), then the way in (``polling``, ``updates``,
``rights``), the way out (``telegram``, ``errors``), and at last ``web`` and ``cli``.
"""
