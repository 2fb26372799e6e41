"""Retrain a classifier: `python train.py configs/train.yaml [--extra FILE …]`, the same as `taawun train`."""

import sys

from pipeline.__main__ import main

if __name__ == "__main__":
    sys.exit(main(["train", *sys.argv[1:]]))
