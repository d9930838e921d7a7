# ./ks check: every part of the tests, one tally at the end.
#
# SPDX-FileCopyrightText: 2026 The ksallocator authors
# SPDX-License-Identifier: LGPL-2.1-or-later

check_all=(normal bench guest asan tsan valgrind leaks fuzz package commands soak)
check_quick=(normal)
# builds of their own, run when they are named
check_named=(clang ndebug static)
# the parts' logs; KS_RESULTS names another folder, for a ./ks check in a ./ks check
results=${KS_RESULTS:-$top/build-results}
fuzz_seconds=60
soak_minutes=3

check_parts () {
  echo "${check_all[@]}, and when named: ${check_named[@]}"
}

# result PART STATUS: what tally.py reads beside PART.json
result () {
  mkdir -p "$results"
  printf '%s\n' "$2" >"$results/$1.rc"
}

# failed_tests PART: names of those of its first run
failed_tests () {
  "$(system_python)" "$top/scripts/tally.py" --failed "$results/$1.json"
}

# second_try PART DIR SECONDS [MESON-TEST-ARGUMENT...]: what failed is run once
# more, alone. What passes then is named in the tally as unsteady; with more
# than three something is broken, and nobody tries again.
second_try () {
  local part=$1 dir=$2 limit=$3 rc=0
  local -a failed
  shift 3
  mapfile -t failed < <(failed_tests "$part")
  if [ ${#failed[@]} -eq 0 ] || [ ${#failed[@]} -gt 3 ]; then return 1; fi
  announce "testing: $part, once more: ${failed[*]}"
  step "testing: $part again" "$dir/ks-test-$part-again.log" timeout -k 10 "$limit" \
    meson test -C "$dir" --no-rebuild --num-processes 1 --print-errorlogs \
    --logbase again "$@" "${failed[@]}" || rc=$?
  cp "$dir"/meson-logs/again*.json "$results/$part.again.json" 2>/dev/null || true
  return $rc
}

# meson_part PART FOLDER SECONDS [MESON-TEST-ARGUMENT...]
meson_part () {
  local part=$1 dir=$top/$2 limit=$3 rc=0
  shift 3
  mkdir -p "$results"
  rm -f "$dir"/meson-logs/{testlog,again}*.json
  announce "testing: $part, some minutes"
  step "testing: $part" "$dir/ks-test-$part.log" timeout -k 10 "$limit" \
    meson test -C "$dir" --no-rebuild --num-processes 2 --print-errorlogs "$@" || rc=$?
  cp "$dir"/meson-logs/testlog*.json "$results/$part.json" 2>/dev/null || true
  if [ $rc -ne 0 ] && [ $rc -ne 124 ] && [ $rc -ne 137 ] && second_try "$part" "$dir" "$limit" "$@"; then rc=0; fi
  result "$part" $rc
}

part_normal () {
  build_in build-check -Dwerror=true || { result normal 1; return; }
  meson_part normal build-check 1200 --no-suite leaks --no-suite device
}

# The rows of counters: they say the same on a busy machine. Rows of time only
# report, in ./ks bench.
part_bench () {
  build_in build-check -Dwerror=true || { result bench 1; return; }
  local rc=0
  mkdir -p "$results"
  announce "testing: bench, about a minute"
  step "testing: bench" "$top/build-check/ks-bench.log" timeout -k 10 600 \
    meson devenv -C "$top/build-check" -w "$top" "$(system_python)" \
    "$top/tests/benchmarks/bench.py" --build "$top/build-check" --counters --gate \
    --tests "$results/bench.json" || rc=$?
  result bench $rc
}

# sanitizer_build FOLDER SANITIZERS
sanitizer_build () {
  build_in "$1" "-Db_sanitize=$2" -Db_lundef=false -Dbuildtype=debug \
    -Doptimization=1 -Dintrospection=disabled -Ddoc=disabled
}

# warm_registry FOLDER PRELOAD: the registry of all sanitized programs, written
# once, because loading every plugin that is installed leaks and takes long.
warm_registry () {
  local dir=$top/$1
  env GST_REGISTRY_1_0="$dir/sanitized.registry" GST_REGISTRY_FORK=no \
    GST_PLUGIN_SYSTEM_PATH_1_0="$(pkg-config --variable=pluginsdir gstreamer-1.0)" \
    GST_PLUGIN_PATH_1_0="$dir/gst/ksallocator" LD_LIBRARY_PATH="$dir/gst/ks" \
    LD_PRELOAD="$2" ASAN_OPTIONS=detect_leaks=0 \
    gst-inspect-1.0 ksallocator >"$dir/ks-registry.log" 2>&1 || true
}

# Preloaded, so that programs that are not ours can load what is; no forked
# registry scanner, because it would have to be preloaded as well; one process
# for all cases of a program, so that its leaks are looked for once.
part_asan () {
  sanitizer_build build-asan address,undefined || { result asan 1; return; }
  local asan=detect_leaks=1:fast_unwind_on_malloc=0:allocator_may_return_null=1 preload
  local registry=$top/build-asan/sanitized.registry
  preload=$(gcc -print-file-name=libasan.so)
  warm_registry build-asan "$preload"
  meson_part asan build-asan 1200 --no-suite generic --no-suite leaks --no-suite device \
    --no-suite driver -t 4 --wrapper "env \
    LD_PRELOAD=$preload ASAN_OPTIONS=$asan G_SLICE=always-malloc CK_FORK=no KS_QUICK=1 \
    LSAN_OPTIONS=suppressions=$top/tests/lsan.supp:print_suppressions=0 \
    UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
    GST_REGISTRY_1_0=$registry GST_REGISTRY_FORK=no"
}

part_tsan () {
  sanitizer_build build-tsan thread || { result tsan 1; return; }
  local tsan=halt_on_error=0:exitcode=66:second_deadlock_stack=1:allocator_may_return_null=1
  local registry=$top/build-tsan/sanitized.registry
  tsan+=:ignore_noninstrumented_modules=1:suppressions=$top/tests/tsan.supp
  warm_registry build-tsan "$(gcc -print-file-name=libtsan.so)"
  meson_part tsan build-tsan 1200 --suite threads -t 4 --wrapper "env \
    TSAN_OPTIONS=$tsan CK_FORK=no G_SLICE=always-malloc \
    GST_REGISTRY_1_0=$registry GST_REGISTRY_FORK=no"
}

part_valgrind () {
  need valgrind
  build_in build-check -Dwerror=true || { result valgrind 1; return; }
  local registry=$top/build-check/sanitized.registry
  warm_registry build-check ""
  meson_part valgrind build-check 1200 --suite memcheck -t 10 --wrapper "env \
    CK_FORK=no CK_DEFAULT_TIMEOUT=600 G_SLICE=always-malloc KS_QUICK=1 \
    GST_REGISTRY_1_0=$registry GST_REGISTRY_FORK=no \
    valgrind -q --error-exitcode=9 --leak-check=full \
    --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect \
    --trace-children=no --num-callers=40 --suppressions=$top/tests/ks.supp"
}

part_leaks () {
  build_in build-check -Dwerror=true || { result leaks 1; return; }
  meson_part leaks build-check 300 --suite leaks
}

fuzz_build () {
  need fuzz
  CC=clang CXX=clang++ build_in build-fuzz:fuzz -Dfuzz=enabled -Db_lundef=false \
    -Dbuildtype=debug -Doptimization=1 -Dintrospection=disabled -Ddoc=disabled \
    -Dbenchmarks=disabled
}

part_fuzz () {
  fuzz_build || { result fuzz 1; return; }
  local rc=0
  mkdir -p "$results"
  announce "testing: fuzz, $fuzz_seconds seconds"
  # the same each time: what is new is looked for by ./ks fuzz
  python3 "$top/scripts/fuzz.py" --seed 1 --json "$results/fuzz.json" \
    "$top/build-fuzz/tests/fuzz" "$fuzz_seconds" >"$top/build-fuzz/ks-fuzz.log" 2>&1 || rc=$?
  [ $rc -eq 0 ] || tail -n 40 "$top/build-fuzz/ks-fuzz.log" >&2
  result fuzz $rc
}

cmd_fuzz () {
  need build run
  fuzz_build || die "the build failed"
  python3 "$top/scripts/fuzz.py" "$top/build-fuzz/tests/fuzz" "${1:-60}"
}

# What the pages tell people to type, where it takes the whole checkout.
part_commands () {
  need build run check
  local rc=0
  mkdir -p "$results"
  announce "testing: commands, some minutes"
  step "testing: commands" "$top/build-results/ks-commands.log" timeout -k 10 2400 \
    env KS_RESULTS="$top/build-results/inner" python3 "$top/scripts/commands.py" "$top" "$results/commands.json" || rc=$?
  result commands $rc
}

# soak_program FOLDER: where it was built
soak_program () {
  local program=$top/$1/tests/soak/ks-soak
  [ -x "$program" ] || die "soak: $1 was built without the option check"
  echo "$program"
}

# Alone: what others do at the same time is no part of what it measures, but
# slows it down, and then there are fewer samples.
part_soak () {
  build_in build-check -Dwerror=true || { result soak 1; return; }
  local program rc=0
  program=$(soak_program build-check) || { result soak 1; return; }
  mkdir -p "$results"
  announce "testing: soak, $soak_minutes minutes"
  step "testing: soak" "$top/build-check/ks-soak.log" timeout -k 10 $((soak_minutes * 60 + 600)) \
    meson devenv -C "$top/build-check" -w "$top" "$program" \
    --minutes="$soak_minutes" --svg="$top/build-check/ks-soak.svg" || rc=$?
  printf '{"name": "soak", "result": "%s"}\n' "$([ $rc -eq 0 ] && echo OK || echo FAIL)" \
    >"$results/soak.json"
  result soak $rc
}

cmd_soak () {
  local program minutes=30
  case ${1:-} in
    [0-9]*) minutes=$1; shift ;;
    "" | --*) ;;
    *) die "soak: minutes are a number, and $1 is none; for example: ./ks soak 5 --svg=soak.svg" ;;
  esac
  need build run
  build_default
  program=$(soak_program build)
  in_devenv "$program" --minutes="$minutes" "$@"
}

# The features of KS's allocators and the tests that show them; builds nothing.
list_ks () {
  exec "$(system_python)" "$top/tests/check/generic/ksrows.py" --list "$top"
}

cmd_check () {
  case ${1:-} in
    --root=*)
      cmd_root "${1#*=}" "${@:2}"
      return
      ;;
  esac
  if [ "${1:-}" = --list-ks ]; then
    [ $# -eq 1 ] || die "check: --list-ks stands alone: ${*:2}"
    list_ks
  fi
  local -a parts=("${check_all[@]}")
  if [ "${1:-}" = --quick ]; then
    parts=("${check_quick[@]}")
    shift
  fi
  [ $# -eq 0 ] || parts=("$@")
  local part
  for part in "${parts[@]}"; do
    declare -F "part_$part" >/dev/null || die "check: no part '$part'; there are: $(check_parts)"
  done
  need build run check
  mkdir -p "$results"
  rm -f "$results"/*.rc "$results"/*.json
  for part in "${parts[@]}"; do
    "part_$part" || true
  done
  "$(system_python)" "$top/scripts/tally.py" "$results" "${parts[@]}"
}
