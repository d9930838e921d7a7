# What the script says: progress on a terminal, single lines in a pipe, clear errors.
#
# SPDX-FileCopyrightText: 2026 The ksallocator authors
# SPDX-License-Identifier: LGPL-2.1-or-later

die () {
  printf 'ks: %s\n' "$*" >&2
  exit 1
}

# progress TEXT: shown on a terminal only
progress () {
  if [ -t 2 ]; then
    printf '\r\033[K%s' "$*" >&2
  fi
}

progress_end () {
  progress ""
}

# watch_log PID TITLE LOG: the last line of LOG behind TITLE while PID lives
watch_log () {
  local start=$SECONDS last
  while kill -0 "$1" 2>/dev/null; do
    last=$(tail -n 1 "$3" 2>/dev/null | tr -d '\r\033' | cut -c1-60)
    progress "$2 ($((SECONDS - start)) s) $last"
    sleep 0.5
  done
  progress_end
}

# announce TEXT: one line before something long, where nobody sees progress
announce () {
  [ -t 2 ] || printf 'ks: %s\n' "$*" >&2
}

# step TITLE LOG CMD...: runs CMD quietly into LOG; on failure shows its end
step () {
  local title=$1 log=$2 rc=0
  shift 2
  mkdir -p "$(dirname "$log")"
  if [ -t 2 ]; then
    "$@" >"$log" 2>&1 </dev/null &
    watch_log $! "$title" "$log"
    wait $! || rc=$?
  else
    "$@" >"$log" 2>&1 </dev/null || rc=$?
  fi
  [ $rc -eq 0 ] && return 0
  printf 'ks: failed: %s (exit %d); the end of %s:\n' "$title" $rc "$log" >&2
  tail -n 40 "$log" >&2
  return $rc
}
