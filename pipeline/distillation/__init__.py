"""How the released encoder learns the task from other classifiers: soft labels on open text; run once per release.

choose_passages → ask_teachers → pipeline.training.fit → the student without its head; `distill` strings them together.
Source: Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network", 2015.
"""
