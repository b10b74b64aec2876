#!/bin/bash
# The third milestone, speed: each row of its table with bound, measured and floor, and what must be right at any speed.
# Not here: the measuring (scripts/bench) and the checks themselves; this only runs them.
#
# Usage: tests/acceptance/03.sh [--ci | LINES]
#
# Needs a build in build/. LINES is build/bench/suite.jsonl of a whole run of scripts/bench; without it a short run is
# made with the peers that are there. With --ci that has no peers, and what `scripts/test --ci` has run before (all tests
# on each instruction set) is left out. Bounds that are missed are printed as MISSED: machines differ.
set -u -o pipefail
cd "$(dirname "$0")/../.."
. tests/acceptance/point.bash
ci= lines=
case ${1:-} in
  --ci) ci=yes ;;
  *) lines=${1:-} ;;
esac
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

rows() {
  if [ -z "$lines" ]; then
    lines=build/bench/suite.jsonl
    scripts/bench --rounds 1 --seconds 0.05 --out "$out/page.md" "$([ -n "$ci" ] && echo --no-peers || echo --no-install)" \
      2>"$out/progress" || { cat "$out/progress" && return 1; }
    grep missing "$out/progress"
  fi
  python3 -B tests/acceptance/03_rows.py "$lines"
}

# The log of captured training is that of plain training, which lab_test compares with the reference.
captured_lab() {
  local dtype
  for dtype in float64 float32; do
    build/examples/lab1 train --dtype "$dtype" >"$out/plain" 2>"$out/progress" &&
      build/examples/lab1 train --dtype "$dtype" --capture >"$out/captured" 2>"$out/progress" ||
      { cat "$out/progress" && return 1; }
    echo "$dtype: $(grep -c '^Epoch' "$out/captured") lines of log, $(tail -n 1 "$out/captured")"
    diff "$out/plain" "$out/captured" && grep -q '^Epoch' "$out/captured" || return
  done
  lab_test -k test_log_equals -k test_final_lines
}

levels() {
  case $(uname -m) in
    x86_64) echo baseline; grep -qw avx2 /proc/cpuinfo && echo avx2; grep -qw avx512f /proc/cpuinfo && echo avx512 ;;
    aarch64) echo neon ;;
  esac
}

registry_on_each_level() {
  local level
  for level in $(levels); do
    echo "$level"
    XGRAD_SIMD=$level cases 'registry: every op* every sample' | grep -o '[0-9]* error samples' || return
  done
}

all_tests_on_each_level() {
  local level program
  for level in $(levels); do
    for program in build/tests/test_*; do
      [ -f "$program" ] && [ -x "$program" ] || continue
      XGRAD_SIMD=$level "$program" >"$out/test" || { cat "$out/test" && return 1; }
      echo "$level, ${program##*/}: $(grep -o 'test cases:.*' "$out/test")"
    done
  done
}

# No instruction on vectors beyond SSE outside of the files of the upper levels.
symbols() {
  mkdir -p "$out/objects"
  (cd "$out/objects" && ar x "$OLDPWD/build/libxgrad.a") || return
  local object count wide=0
  for object in "$out"/objects/*.o; do
    count=$(objdump -d --no-show-raw-insn "$object" | awk '$2 ~ /^v/ && /%[xyz]mm/' | wc -l)
    case ${object##*/} in
      level_avx*) echo "${object##*/}: $count instructions of AVX" && [ "$count" -gt 0 ] || return ;;
      *) wide=$((wide + count)) ;;
    esac
  done
  echo "$(find "$out/objects" -name '*.o' -not -name 'level_avx*' | wc -l) other objects: $wide"
  [ "$wide" -eq 0 ]
}

old_processor() {
  local emulator cpu
  emulator=$(command -v qemu-x86_64-static qemu-x86_64 | head -n 1)
  [ -n "$emulator" ] || { echo "NOT SHOWN: qemu is not installed (Debian: qemu-user-static)" && return; }
  for cpu in core2duo Nehalem; do
    echo "$cpu: $("$emulator" -cpu $cpu build/examples/xor | tail -n 4 | paste -sd, | tee "$out/xor")"
    grep -q '0 xor 0 = 0.0.*0 xor 1 = 0.9.*1 xor 0 = 0.9.*1 xor 1 = 0.0' "$out/xor" || return
  done
  echo "Nehalem: $("$emulator" -cpu Nehalem build/tests/test_nn | grep 'test cases' | tee "$out/nn")"
  grep -q ' 0 failed' "$out/nn" || return
  # That it is an old processor for the program, too: this one has no AVX2 to ask for.
  (XGRAD_SIMD=avx2 "$emulator" -cpu Nehalem build/examples/xor || true) >"$out/refused" 2>&1
  grep -o 'got "avx2", want one of baseline' "$out/refused"
}

point 1 "the table: bound, measured, floor" rows
point 2 "captured training prints the same digits, in both dtypes" captured_lab
point 3 "captured steps: bit for bit, and what they refuse" cases 'capture*'
point 4 "any number of threads gives the same bits" cases 'same bits*'
point 5 "the registry's test on each instruction set" registry_on_each_level
[ -n "$ci" ] || point 5 "all tests on each instruction set" all_tests_on_each_level
if [ "$(uname -m)" = x86_64 ]; then
  point 6 "old processors: no AVX outside of its levels" symbols
  point 6 "old processors, emulated" old_processor
fi

all_points
