#!/usr/bin/env bash
# The story of docs/retrain.md: label, export, correct, import, check, train, gate, promoted; then a bad batch that the gate refuses.
#   bash docs/story/run.sh WORK [CONFIG] [setting=value …]
# CONFIG is configs/retrain.yaml unless given; settings go to both trainings, for example training.epochs=1.
set -euo pipefail
here=$(dirname "$0")
work=$1
config=${2:-configs/retrain.yaml}
settings=("${@:3}")
mkdir -p "$work"

step() { printf '\n\033[1m%s\033[0m\n' "$*"; }

step "1. Label articles"
taawun label seeds/articles --out "$work/labels"

step "2. Export them to annotators"
taawun export "$work/labels" --to label-studio --out "$work/tasks"

step "3. An annotator corrects them (here: the gold labels of the seed articles)"
python "$here/annotate.py" "$work/tasks/tasks.json" "$work/annotated.json"

step "4. Check what came back; nothing is trained"
taawun train "$config" --extra "$work/annotated.json" out="$work/mine" "${settings[@]}" --check

step "5. Train: a version is made, compared with the model in use, and promoted"
taawun train "$config" --extra "$work/annotated.json" out="$work/mine" "${settings[@]}"

step "6. A bad batch: paragraphs whose labels went astray. The gate keeps that version aside"
python "$here/spoil.py" seeds/labelled/authored.jsonl "$work/spoiled.jsonl"
if taawun train "$config" --extra "$work/annotated.json" --extra "$work/spoiled.jsonl" out="$work/mine" "${settings[@]}"; then
  echo "the gate let a spoiled batch pass" >&2
  exit 1
fi

step "7. The line of models: the first version is still current"
taawun models "$work/mine"
test "$(cat "$work/mine/current")" = 0001
