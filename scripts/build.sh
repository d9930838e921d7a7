# Build folders, and the environment in which what was built is found.
#
# SPDX-FileCopyrightText: 2026 The ksallocator authors
# SPDX-License-Identifier: LGPL-2.1-or-later

# build_in FOLDER[:TARGET] [MESON-OPTION...]: configures once, then builds all of
# it, or the target alone. One at a time: who starts two pipelines at once, one
# of them in the background, builds twice.
build_in () {
  local name=${1%%:*} lock rc=0
  mkdir -p "$top/$name"
  exec {lock}>"$top/$name/ks.lock"
  flock "$lock"
  build_alone "$@" || rc=$?
  exec {lock}>&-
  return $rc
}

# build_alone: as build_in, and nobody else builds there
build_alone () {
  local name=${1%%:*}
  local dir=$top/$name target=${1#"$name"}
  shift
  if [ ! -e "$dir/build.ninja" ]; then
    announce "building $name, about a minute the first time"
    step "configuring $name" "$dir/ks-setup.log" \
      meson setup "$dir" "$top" "$@" || return 1
  fi
  step "building $name" "$dir/ks-build.log" ninja -C "$dir" ${target:+"${target#:}"}
}

build_default () {
  build_in build -Dtests=auto || die "the build failed"
}

# in_devenv CMD...: CMD in the caller's folder with Meson's environment; in the
# place of this script, so that signals and exit statuses are those of CMD
in_devenv () {
  local -a variables
  mapfile -d '' -t variables < <(meson devenv -C "$top/build" -w "$PWD" env -0)
  [ ${#variables[@]} -gt 0 ] || die "meson devenv has no environment for $top/build"
  exec env -- "${variables[@]}" "$@"
}

# python ARGS...: Debian's own, which has the GObject bindings; else any
system_python () {
  if [ -x /usr/bin/python3 ]; then
    echo /usr/bin/python3
  else
    command -v python3 || die "no python3"
  fi
}
