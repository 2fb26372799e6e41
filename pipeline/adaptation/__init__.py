"""How the released encoder is made from named public inputs: run once per release, never by labelling.

read_q4 → read_e5 (the teacher) ┐
read_text → build_vocabulary ───┴→ transplant (the student) → heal → save_encoder; `adapt` strings them together.
"""
