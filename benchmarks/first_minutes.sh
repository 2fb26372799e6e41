#!/usr/bin/env bash
# A stranger's first minutes: clone, build, install into an empty environment outside the clone, first labels.
# Prints what each step took as a share of the whole, what was downloaded, and every message that was met.
#   bash benchmarks/first_minutes.sh [options for pip, such as --index-url …]
set -euo pipefail
clone=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
unset PYTHONPATH
export PIP_DISABLE_PIP_VERSION_CHECK=1
names=() times=()

step() {  # step NAME COMMAND…: run it, keep how long it took and what it said
  local name=$1 begin=$EPOCHREALTIME
  shift
  if ! "$@" > "$name.log" 2>&1; then
    echo "FAILED: $name"; cat "$name.log"; exit 1
  fi
  names+=("$name") times+=("$(python3 -c "print($EPOCHREALTIME - $begin)")")
}

step clone git clone --quiet "$clone" taawun
step environment python3 -m venv venv
step wheel venv/bin/pip wheel --quiet --no-deps --wheel-dir wheels ./taawun
step install venv/bin/pip install --no-cache-dir --report report.json "$@" wheels/taawun-*.whl
rm -rf taawun
step greeting venv/bin/taawun
step labels venv/bin/taawun label --sample --out labels
step again venv/bin/taawun label --sample --out labels-again
step page venv/bin/taawun view labels

python3 - "${names[@]}" -- "${times[@]}" << 'PYTHON'
import json, re, sys
from pathlib import Path

cut = sys.argv.index("--")
names, times = sys.argv[1:cut], [float(each) for each in sys.argv[cut + 1 :]]
print(f"{'step':14}{'share of all':>14}")
for name, took in zip(names, times):
    print(f"{name:14}{took / sum(times):>13.1%}")
print(f"first labels / installation: {times[names.index('labels')] / times[names.index('install')]:.2f}")
log = Path("install.log").read_text(encoding="utf-8")
sizes = {"kB": 1e3, "MB": 1e6, "GB": 1e9, "bytes": 1}
fetched = re.findall(r"Downloading (\S+) .*?\(([\d.]+) (kB|MB|GB|bytes)\)", log)
total = sum(float(size) * sizes[unit] for _, size, unit in fetched)
largest = sorted(((float(size) * sizes[unit], name) for name, size, unit in fetched), reverse=True)[:5]
packages = len(json.loads(Path("report.json").read_text(encoding="utf-8"))["install"])
print(f"{packages} packages, {len(fetched)} downloaded, {total / 1e6:.0f} MB; the largest:")
for size, name in largest:
    print(f"  {size / 1e6:6.1f} MB  {name.rpartition('/')[2]}")
wheel = next(Path("wheels").glob("*.whl"))
print(f"taawun's own wheel: {wheel.stat().st_size / 1e6:.1f} MB, {sum(1 for _ in open('labels/labels.jsonl'))} rows labelled")
for name in names:
    told = Path(f"{name}.log").read_text(encoding="utf-8")
    met = [line for line in told.splitlines() if re.search(r"warn|error|deprecat", line, re.I)]
    print(f"{name}: {len(met)} warning(s)", *met[:5], sep="\n  ") if met else None
PYTHON
echo "--- what the first labels looked like"; cat labels.log
