#!/bin/bash
# The second milestone, the whole lab, point by point: what was promised, the command that shows it, what it prints.
# Not here: the checks themselves; this only runs them.
#
# Usage: tests/acceptance/02.sh
#
# Needs a build in build/. Times are printed, not judged: machines differ. That figures look well is for eyes to say.
set -u -o pipefail
cd "$(dirname "$0")/../.."
. tests/acceptance/point.bash
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

report() {
  build/examples/lab1 report --out "$out" >"$out/printed" 2>"$out/progress" || return
  grep '80 of 80 log lines, 68 of 68 table cells' "$out/printed"
}

# A program whose reference has another digit in one place.
wrong_reference() {
  LC_ALL=C sed 's/"0\.13136"/"0.13137"/' build/examples/lab1 >"$out/wrong"
  chmod +x "$out/wrong"
  "$out/wrong" report --out "$out/wrong-report" >"$out/printed-wrong" 2>"$out/progress"
  local status=$?
  grep '79 of 80 log lines, 68 of 68 table cells' "$out/printed-wrong" && grep '0.13136 != 0.13137' "$out/printed-wrong" &&
    [ "$status" -eq 1 ]
}

no_activation() {
  cat "$out/tables/no_activation.csv"
  [ "$(grep -c ',0.1,"Diverged: the loss is NaN from epoch [0-9]* on, first in layer [0-9] (Linear)",-,-' \
    "$out/tables/no_activation.csv")" -eq 2 ] && grep -q '^XOR,0.001,.*,0.24943,52.38%$' "$out/tables/no_activation.csv"
}

speed() { grep -E 'million epochs' "$out/printed"; }

# Every figure of the page, as both kinds of file.
figures() {
  local gp count=0
  for gp in "$out"/figures/*.gp; do
    python3 -c 'import struct, sys
data = open(sys.argv[1], "rb").read()
assert data[:8] == b"\x89PNG\r\n\x1a\n" and data[-8:-4] == b"IEND"
print(sys.argv[1].rsplit("/", 1)[1], *struct.unpack(">II", data[16:24]))' "${gp%.gp}.png" || return
    [ -s "${gp%.gp}.svg" ] || return
    count=$((count + 1))
  done
  [ "$count" -eq 19 ] && [ "$(grep -c '<img ' "$out/report.html")" -eq "$count" ] &&
    ! grep -E 'src="(http|//|figures)' "$out/report.html"
}

# Whether each row of a table has 100 % on XOR, which stands in the given column.
all_learn_xor() {
  cat "$out/tables/$1.csv"
  awk -F, -v column="$2" 'NR > 1 && $column != "100%" { bad = 1 } END { exit bad || NR != 8 }' "$out/tables/$1.csv"
}

studies() {
  all_learn_xor optimizers 8 && python3 - "$out/tables/activations.csv" <<'PYTHON'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], encoding="utf-8")))
for row in rows:
    print(" | ".join(row.values()))
sys.exit(not (len(rows) == 7 and all(row["XOR accuracy"] == "100%" for row in rows)))
PYTHON
}

convolution() {
  cat "$out/tables/convolution.csv" "$out/tables/convolution_gradients.csv"
  [ "$(grep -c ',100%,' "$out/tables/convolution.csv")" -eq 2 ] &&
    [ "$(grep -c 'all agree' "$out/tables/convolution_gradients.csv")" -eq 2 ]
}

saved_models() {
  lab_test -k test_a_saved_model || return
  build/examples/lab1 train --data xor --epochs 100 --save "$out/model.safetensors" >/dev/null || return
  python3 -c 'import safetensors, numpy' 2>/dev/null || {
    echo "NOT SHOWN: the Python package safetensors is not installed"
    return 0
  }
  python3 - "$out/model.safetensors" <<'PYTHON'
import sys
import safetensors.numpy
for name, values in safetensors.numpy.load_file(sys.argv[1]).items():
    print(name, values.dtype, values.shape)
PYTHON
}

refusals() {
  lab_test -k test_errors_are_one_line -k test_bad_files -k test_bad_folders -k test_interrupted || return
  for arguments in 'train --optimizer lbfgs' 'train --lr nan' 'train --save model' 'test --model /nowhere' \
    'train --csv /nowhere' 'train --save /nowhere/model --data xor' 'report --out /dev/null/report'; do
    build/examples/lab1 $arguments
    [ $? -eq 2 ] || return 1
  done
}

point 1 "log lines and cells of tables A and B equal the report's as text" report
point 1 "a digit that differs is found: exit code 1" wrong_reference
point 2 "no activation: divergence at rate 0.1, the best affine map at 0.001" no_activation
point 3 "time and speed" speed
point 4 "figures, as PNG and SVG, and in the page" figures
point 5 "optimizers and activations: all learn XOR" studies
point 6 "convolution: accuracy and gradients" convolution
point 7 "saved models" saved_models
point 8 "Iris" lab_test -k iris
point 9 "bad input, interruption" refusals

all_points
