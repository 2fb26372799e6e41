"""Fuzzing guided by coverage: bytes are changed at random, and those that reach new code are changed further.

`python -m tests.fuzz --runs 1000000` needs atheris (`pip install '.[fuzz]'`). pytest leaves this folder alone; what
was found is in the tests of the readers and of the text.
"""
