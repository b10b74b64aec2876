#!/bin/bash
# The first milestone, point by point: what was promised, the command that shows it, what it prints.
# Not here: the checks themselves; this only runs them.
#
# Usage: tests/acceptance/01.sh [--ci]
#
# Needs a build in build/. With --ci the fresh root is left out, and so are the sections that `scripts/test --ci` has run
# before (sanitizers, clang). Bounds on speed are printed, not judged: machines differ.
set -u -o pipefail
cd "$(dirname "$0")/../.."
. tests/acceptance/point.bash
ci=${1:-}

fresh_root() {
  scripts/fresh-root ./scripts/lab | tee /dev/stderr | grep -c "^Final Loss:" | grep -qx 2
}

in_text() {
  lab_test -k test_log_equals -k test_final_lines
}

without_circles() { python3 -B tests/structure/includes.py; }

rules_of_headers() { python3 -B tests/structure/public_headers.py && without_circles >/dev/null; }

refusals() {
  cases 'registry: every op* every sample' | grep -o '[0-9]* error samples' || return 1
  lab_test -k test_errors_are_one_line_with_exit_code_2 || return 1
  for arguments in '--hiden 3' '--epochs 0' '--epochs -5' '--lr nan' '--hidden 0' '--hidden 10,,10'; do
    build/examples/lab1 train $arguments >/dev/null
    [ $? -eq 2 ] || return 1
  done
}

[ "$ci" = --ci ] || point 1 "the lab in a fresh root" fresh_root
point 2 "80 log lines and the last lines equal the report's as text" in_text
point 3 "agrees with NumPy to 1e-12" lab_test -k test_losses_and_accuracies_equal_those_of_numpy
point 4 "the registry's test" cases 'registry: every op* every sample'
point 5 "rules wrong by 0.1 % are found, first and second order" cases '*wrong by 0.1*'
point 6 "a million ops on a stack of 256 KiB" cases '*a million ops*'
point 6 "sixty doublings, eight threads" cases 'y = y + y*,*threads*'
if [ -x build/bench/lab_epoch ]; then
  point 7 "an epoch against a hand-written loop (bounds 1.6 and 1.8)" build/bench/lab_epoch
  point 8 "one op (bounds: 1.25 times add 45 ns, sin 70, mul 83, NoGrad 14, 320 bytes)" build/bench/per_op
fi
point 9 "a user's compile (bound 0.7 s)" bench/compile_time
point 10 "errors" refusals
point 11 "public headers and include directions" rules_of_headers
[ "$ci" = --ci ] || echo "   sanitizers, leaks and clang: scripts/test --ci"
point 12 "the include graph, without circles" without_circles

all_points
