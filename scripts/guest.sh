# ./ks guest: tests of device memory in a QEMU guest, and their part of ./ks check.
#
# SPDX-FileCopyrightText: 2026 The ksallocator authors
# SPDX-License-Identifier: LGPL-2.1-or-later

# guest_words BUILD ARGS...: the command into guest_command; the kernel and the
# work folders of the machines stay in build-guest/
guest_words () {
  mkdir -p "$top/build-guest"
  guest_command=("$(system_python)" "$top/tests/guest/guest.py" --build "$top/$1"
    --cache "$top/build-guest" "${@:2}")
}

cmd_guest () {
  need build run check guest
  build_default
  guest_words build "$@"
  exec "${guest_command[@]}"
}

# A machine that dies takes its programs along: however many failed, they are
# run once more, and named as unsteady where that helps.
guest_again () {
  local rc=0
  local -a failed
  mapfile -t failed < <(failed_tests guest)
  [ ${#failed[@]} -gt 0 ] || return 1
  guest_words build-check --json "$results/guest.again.json" "${failed[@]}"
  announce "testing: guest, once more: ${failed[*]}"
  step "testing: guest again" "$top/build-check/ks-guest-again.log" timeout -k 10 1200 \
    "${guest_command[@]}" || rc=$?
  return $rc
}

part_guest () {
  need guest
  build_in build-check -Dwerror=true || { result guest 1; return; }
  local rc=0
  mkdir -p "$results"
  guest_words build-check --json "$results/guest.json"
  announce "testing: guest, some minutes"
  step "testing: guest" "$top/build-check/ks-guest.log" timeout -k 10 1200 \
    "${guest_command[@]}" || rc=$?
  if [ $rc -eq 1 ] && guest_again; then rc=0; fi
  result guest $rc
}
