"""Bad input, kept alive: specimens made by these modules, each with what labelling must do with it.

`python -m tests.zoo OUT` shows them all.
"""
