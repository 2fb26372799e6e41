"""What a referee asks of a classifier's labels, one question per module. Pure: arrays and rows in, plain values out."""
