"""The sandbox: a messenger on your own machine, with a Bot API and a page to play every role in.

To be read in this order. What there is: ``cast``, ``text``, ``kinds``, ``samples``, ``files``,
``media``, ``attachments``, ``members``, ``chats``, ``privacy``. What is kept about it:
``updates``, ``webhook``, ``presses``, ``limits``, ``faults``, ``latency``, ``journal``, and the
``world`` that holds all of it; ``topics``. What people do: ``manners``, ``deeds``,
``meetings``, ``upgrades``. What the bot may call: ``requests``, ``refusals``, ``access``,
``keyboards``, ``forums``, ``sending``, ``albums``, ``changing``, ``asking``, ``hooks``, and the
table of ``methods``. All of this knows neither network nor clock. The edge: ``waiting``,
``botapi``, ``postman``, ``wishes``, ``sayings``, ``forms``, ``control``, ``speaking``,
``trouble``, ``watching``, ``server``, ``__main__``.
"""
