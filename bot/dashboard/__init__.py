"""The dashboard: web pages for those who lead a party, and for operators.

Read ``proof`` (the word of Telegram for somebody) and ``doors`` (who comes in, and what they may
see now), then ``pages`` (what a page is) with one module for each: ``now``, ``case``, ``partners``,
``spent`` (the page *time*), ``settlement``, ``health``; ``site`` serves them. What a page shows is
found by the relay; a page is a function that puts it into the template with the page's name.
"""
