"""The parts of label_speed.py: ways of labelling, the work that they do, and the machine that they do it on."""
