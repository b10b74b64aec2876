# For the acceptance scripts: runs a point, shows what it prints, counts failures.
# Not here: any point.
failures=0

# point NUMBER TITLE COMMAND...
point() {
  local number=$1 title=$2
  shift 2
  echo "-- $number. $title"
  "$@" 2>&1 | sed 's/^/   /'
  if [ "${PIPESTATUS[0]}" -ne 0 ]; then
    failures=$((failures + 1))
    echo "   FAILED: $*"
  fi
}

# The last word; its status is the script's.
all_points() {
  echo "$failures points failed"
  [ "$failures" -eq 0 ]
}

# lab_test -k NAME...: fails, too, if no test has such a name.
lab_test() {
  local output
  output=$(python3 -B tests/examples/test_lab1.py build/examples/lab1 "$@" 2>&1) && grep -q '^Ran [1-9]' <<<"$output"
  local status=$?
  echo "$output"
  return "$status"
}

# The tests of autodiff/ whose names match; a comma stands between patterns, so names with one are written with a star
# for it. Fails, too, if no test has such a name.
cases() {
  local output
  output=$(build/tests/test_autodiff --test-case="$1" | grep -v '^\[doctest\] \(doctest version\|run with\)')
  echo "$output"
  grep -qE 'test cases: +[1-9].* 0 failed' <<<"$output"
}
