# ./ks check: every part of the tests, one tally at the end.
#
# SPDX-FileCopyrightText: 2026 The ksallocator authors
# SPDX-License-Identifier: LGPL-2.1-or-later

check_all=(normal)
check_quick=(normal)

check_parts () {
  echo "${check_all[@]}"
}

# meson_part PART FOLDER SECONDS [MESON-TEST-ARGUMENT...]
meson_part () {
  local part=$1 dir=$top/$2 limit=$3 rc=0
  shift 3
  mkdir -p "$top/build-results"
  rm -f "$dir/meson-logs/testlog.json"
  step "testing: $part" "$dir/ks-test-$part.log" timeout -k 10 "$limit" \
    meson test -C "$dir" --no-rebuild --num-processes 2 "$@" || rc=$?
  cp "$dir/meson-logs/testlog.json" "$top/build-results/$part.json" 2>/dev/null || true
  printf '%s\n' $rc >"$top/build-results/$part.rc"
}

# broken PART: the part did not get as far as its tests
broken () {
  mkdir -p "$top/build-results"
  echo 1 >"$top/build-results/$1.rc"
}

part_normal () {
  build_in build-check -Dwerror=true || { broken normal; return; }
  meson_part normal build-check 600
}

cmd_check () {
  local -a parts=("${check_all[@]}")
  if [ "${1:-}" = --quick ]; then
    parts=("${check_quick[@]}")
    shift
  fi
  [ $# -eq 0 ] || parts=("$@")
  need build run check
  rm -rf "$top/build-results"
  local part
  for part in "${parts[@]}"; do
    declare -F "part_$part" >/dev/null || die "check: no part '$part'; there are: $(check_parts)"
  done
  for part in "${parts[@]}"; do
    "part_$part" || true
  done
  "$(system_python)" "$top/scripts/tally.py" "$top/build-results" "${parts[@]}"
}

cmd_fuzz () {
  die "fuzz: no targets yet"
}
