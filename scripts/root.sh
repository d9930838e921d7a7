# ./ks check --root: what the README says is done in a bare Debian of another
# version or processor, so that it is known to work where nothing is installed.
#
# SPDX-FileCopyrightText: 2026 The ksallocator authors
# SPDX-License-Identifier: LGPL-2.1-or-later

root_folder=$top/build-roots
# Debian's archive; KS_DEBIAN names another mirror of it
debian=${KS_DEBIAN:-http://deb.debian.org/debian}
root_pid=
root_path=
root_name=
root_keep=no
root_commit=

# root_remove: the root, and before it whoever still runs there. Its mounts are
# in a namespace of their own and have gone with them.
root_remove () {
  if [ -n "$root_pid" ]; then
    kill -KILL "$root_pid" 2>/dev/null || true
    wait "$root_pid" 2>/dev/null || true
    root_pid=
  fi
  [ -n "$root_path" ] || return 0
  rm -f "$root_path.tar"
  [ $root_keep = no ] || return 0
  local try
  for try in 1 2 3 4 5; do
    [ "$try" -eq 1 ] || sleep 1
    rm -rf --one-file-system "$root_path" 2>/dev/null && break
  done
  [ ! -e "$root_path" ] || printf 'ks: not all of it could be removed: %s\n' "$root_path" >&2
  root_path=
}

# root_able: dies with what is missing
root_able () {
  [ "$(id -u)" -eq 0 ] || die "check --root needs to be root, to mount and to change the root; for example:
  sudo ./ks check $*"
  need root
  command -v debootstrap >/dev/null || die "check --root needs debootstrap: apt-get install debootstrap"
  command -v unshare >/dev/null || die "check --root needs unshare, of util-linux"
  git_here rev-parse --verify -q HEAD >/dev/null ||
    die "check --root tests what is committed, and $top is no git repository"
}

# git_here ARGS...: git in this repository, whoever owns its files
git_here () {
  git -c safe.directory="$top" -C "$top" "$@"
}

# root_about PATH COMMAND...: of what the results are
root_about () {
  echo "commit=$root_commit"
  echo "command=${*:2}"
  dpkg-query --admindir="$1/var/lib/dpkg" -W -f='${db:Status-Abbrev}${Package}=${Version}\n' 2>/dev/null |
    sed -nE 's/^ii ((libgstreamer1.0-0|libglib2.0-0)(t64)?|gcc|gcc-[a-z0-9]+-linux-gnu|clang|meson)=/\1=/p'
}

# root_keep_failed FOLDER PART: a run of it that failed stays beside the next one,
# which may pass by chance
root_keep_failed () {
  local folder=$1 part=$2 n=1
  if [ -e "$folder/$part.rc" ] && [ "$(cat "$folder/$part.rc")" != 0 ]; then
    while [ -e "$folder/before/$n" ]; do n=$((n + 1)); done
    mkdir -p "$folder/before/$n"
    cp "$folder/$part".* "$folder/before/$n"
  fi
  rm -f "$folder/$part".*
}

# root_results PATH FOLDER STATUS COMMAND...: what the tests left, for the table
root_results () {
  local path=$1 folder=$2 status=$3 from=$1/root/ksallocator/build-results part
  shift 3
  [ -d "$path/root/ksallocator" ] || return 0
  mkdir -p "$folder"
  if [ "$2" = demo ]; then
    mkdir -p "$from"
    echo "$status" >"$from/demo.rc"
  fi
  for part in "$from"/*.rc; do
    [ -e "$part" ] || continue
    part=$(basename "$part" .rc)
    root_keep_failed "$folder" "$part"
    cp "$from/$part".* "$folder"
    root_about "$path" "$@" >"$folder/$part.about"
  done
  cp "$path"/root/ksallocator/build*/*.log "$folder" 2>/dev/null || true
}

# root_run SUITE ARCH CACHE COMMAND...: COMMAND in a new root, in the folder of
# a copy of this repository; its exit status
root_run () {
  local suite=$1 arch=$2 cache=$3 name=$root_name rc=0
  shift 3
  mkdir -p "$root_folder" "$cache"
  exec 9>"$root_folder/$name.lock"
  flock -n 9 || die "check --root: another run is in $root_folder/$name"
  root_path=$root_folder/$name
  rm -rf --one-file-system "$root_path"
  mkdir -p "$root_path"
  trap root_remove EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  root_commit=$(git_here rev-parse --short=12 HEAD)
  git_here archive "$root_commit" >"$root_folder/$name.tar"
  # in the background, so that a signal is seen at once; a PID namespace, so
  # that nothing that the tests start can stay
  unshare --mount --propagation private --pid --fork --kill-child \
    bash "$top/scripts/inroot.sh" "$root_path" "$suite" "$arch" "$debian" "$cache" "$@" </dev/null 9>&- &
  root_pid=$!
  wait $root_pid || rc=$?
  root_pid=
  root_results "$root_path" "$root_folder/results/$name" $rc "$@"
  [ $root_keep = no ] || printf 'ks: kept: %s\n' "$root_path" >&2
  root_remove
  return $rc
}

# runs_here ARCH: whether programs of that processor run on this one
runs_here () {
  case $(dpkg --print-architecture 2>/dev/null)/$1 in
    "$1/$1" | amd64/i386) return 0 ;;
    *) return 1 ;;
  esac
}

# cmd_root SUITE [OPTION...] [PART...]
cmd_root () {
  local suite=$1 arch cache=$root_folder/debs table="" rc=0
  local -a command=(./ks check)
  shift
  arch=$(dpkg --print-architecture 2>/dev/null || echo amd64)
  while [ $# -gt 0 ]; do
    case $1 in
      --arch=*) arch=${1#*=} ;;
      --cache-dir=*) cache=$(readlink -m "${1#*=}") ;;
      --table=*) table=${1#*=} ;;
      --keep) root_keep=yes ;;
      --demo) command=(./ks demo) ;;
      *) break ;;
    esac
    shift
  done
  [[ $suite =~ ^[a-z0-9]+$ && $arch =~ ^[a-z0-9-]+$ ]] ||
    die "check --root=$suite --arch=$arch: no such release or architecture; for example: --root=trixie"
  root_able "--root=$suite"
  root_name=$suite-$arch
  if ! runs_here "$arch"; then
    [ -n "${foreign[$arch]:-}" ] || die "check --arch=$arch: there are: ${!foreign[*]}, and what runs on this processor"
    command=(./ks foreign "$arch")
    arch=$(dpkg --print-architecture)
  fi
  root_run "$suite" "$arch" "$cache" "${command[@]}" "$@" || rc=$?
  [ -z "$table" ] || "$(system_python)" "$top/scripts/breadth.py" "$root_folder/results" "$table"
  return $rc
}
