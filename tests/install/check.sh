#!/bin/bash
# Installs xgrad into an empty folder and uses it from there as a user would, then as a meson subproject.
# Not here: tests of what the library does.
set -eu -o pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix
cxx=(g++ -std=c++20 -O2 -Wall -Wextra -Wpedantic -Werror)

step() {
  local what=$1
  shift
  "$@" >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    echo "install check failed: $what" >&2
    exit 1
  }
  echo "   $what: $(tail -n 1 "$work/log")"
}

install() {
  meson setup "$work/build" "$root" --prefix "$prefix" --libdir lib -Dtests=false -Dexamples=false -Dbench=false >"$work/log" &&
    ninja -C "$work/build" install
}
step "meson install" install

pkg_config_user() {
  local flags
  flags=$(PKG_CONFIG_PATH=$prefix/lib/pkgconfig pkg-config --cflags --libs xgrad)
  "${cxx[@]}" "$here/user.cpp" $flags -o "$work/user1" && "$work/user1"
}
step "a program with the flags of pkg-config" pkg_config_user

bare_user() {
  "${cxx[@]}" "$here/user.cpp" -I "$prefix/include" -L "$prefix/lib" -lxgrad -lopenblas -lfmt -o "$work/user2" &&
    "$work/user2"
}
step "a program with -I and -l alone" bare_user

each_header() {
  local header count=0
  while read -r header; do
    echo "#include <$header>" | "${cxx[@]}" -fsyntax-only -I "$prefix/include" -x c++ - || return 1
    count=$((count + 1))
  done < <(cd "$prefix/include" && find xgrad -name '*.hpp' | sort)
  echo "$count headers compile alone"
  [ "$count" -gt 10 ]
}
step "every installed header" each_header

subproject_user() {
  mkdir -p "$work/project/subprojects"
  cp "$here/user.cpp" "$work/project/"
  cp "$here/meson.build.user" "$work/project/meson.build"
  (cd "$root" && tar -c --exclude=./build --exclude=./build-ci --exclude=./.git .) |
    (mkdir "$work/project/subprojects/xgrad" && tar -x -C "$work/project/subprojects/xgrad")
  printf '[wrap-file]\n\n[provide]\nxgrad = xgrad_dep\n' >"$work/project/subprojects/xgrad.wrap"
  meson setup "$work/project/build" "$work/project" && ninja -C "$work/project/build" user && "$work/project/build/user"
}
step "a meson project with xgrad as subproject" subproject_user
