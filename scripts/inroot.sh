#!/bin/bash
# Makes a Debian root and runs a command in it: the inner half of ./ks check
# --root, in mount and PID namespaces of its own.
#
# usage: inroot.sh ROOT SUITE ARCH MIRROR CACHE COMMAND...
#
# SPDX-FileCopyrightText: 2026 The ksallocator authors
# SPDX-License-Identifier: LGPL-2.1-or-later
set -euo pipefail

top=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
# shellcheck source=/dev/null
. "$top/scripts/ui.sh"
root=$1 suite=$2 arch=$3 mirror=$4 cache=$5
shift 5

# The release's own way of being made; a new one is made as sid is.
script () {
  local scripts=${DEBOOTSTRAP_DIR:-/usr/share/debootstrap}/scripts
  if [ -e "$scripts/$suite" ]; then echo "$scripts/$suite"; else echo "$scripts/sid"; fi
}

make_root () {
  announce "making a root of Debian $suite ($arch)"
  step "debootstrap $suite" "$root.log" debootstrap --variant=minbase --arch="$arch" \
    --cache-dir="$cache" "$suite" "$root" "$mirror" "$(script)" ||
    die "no root of $suite for $arch from $mirror"
}

# How this machine reaches the network: names, and apt's proxies and the like
# wherever they are set; no hooks of apt, whose programs the root lacks.
network () {
  local file
  for file in /etc/resolv.conf /etc/hosts; do
    [ ! -e "$file" ] || cp -L "$file" "$root$file"
  done
  apt-config dump | grep '^Acquire::' |
    grep -vE '^Acquire::(IndexTargets|CompressionTypes|Changelogs|cdrom)' >"$root/etc/apt/apt.conf.d/90host" || true
}

# No service is to start; nothing needs to survive a power cut; packages that
# were fetched before are there again.
furnish () {
  echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/unsafe-io"
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod 755 "$root/usr/sbin/policy-rc.d"
  lend "$cache" "$root/var/cache/apt/archives"
  mkdir -p "$root/root/ksallocator"
  tar -x -C "$root/root/ksallocator" -f "$root.tar"
}

# lend FROM TO: packages of one folder in the other, as links where it can be
lend () {
  find "$1" -maxdepth 1 -name '*.deb' -print0 |
    xargs -0 -r sh -c 'cp -ln "$@" "$0" 2>/dev/null || cp -n "$@" "$0"' "$2"
}

# The root is a mount of its own, so that what runs in it can have mounts of its own.
mounts () {
  mount --bind "$root" "$root"
  mount -t proc proc "$root/proc"
  mount --rbind /sys "$root/sys"
  mount --rbind /dev "$root/dev"
}

# in_root COMMAND...: with a bare environment but for proxies
in_root () {
  local name
  local -a variables=(KS_ROOT=yes HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "TERM=${TERM:-dumb}")
  for name in http_proxy https_proxy ftp_proxy no_proxy; do
    [ -z "${!name:-}" ] || variables+=("$name=${!name}")
  done
  chroot "$root" env -i "${variables[@]}" sh -c 'cd /root/ksallocator && exec "$@"' sh "$@"
}

make_root
network
furnish
mounts
announce "in Debian $suite ($arch): $*"
rc=0
in_root "$@" || rc=$?
lend "$root/var/cache/apt/archives" "$cache"
exit $rc
