"""The tests are tested: each patch here is a bug, and the tests that it names must turn red.

``make mutants`` runs all of them, ``make mutants only="token_bucket no_lock"`` some. A patch
begins with what it breaks and, line by line, with the tests that have to see it.

There is none yet about names of files: the product has none.

Read ``bugs`` (what a seeded bug is), then ``__main__`` (how it is tried).
"""
