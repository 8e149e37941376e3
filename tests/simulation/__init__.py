"""The whole product under a virtual clock, against a messenger that is also the judge.

Read ``story`` (what happens in one seed), ``weather`` (what goes wrong), ``people`` and ``town``
(who acts), then how it is made virtual: ``clockwork`` (time), ``disk`` (the database), ``wire``
(the messenger), ``house`` (the process); then ``invariants`` and what the judge asks: ``about_…``.
"""
