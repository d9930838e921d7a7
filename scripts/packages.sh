# The Debian packages that each purpose needs, and their installation. One with
# a ? is wanted where the release has it: elsewhere another has its files.
#
# SPDX-FileCopyrightText: 2026 The ksallocator authors
# SPDX-License-Identifier: LGPL-2.1-or-later

declare -A packages=(
  [build]="gcc libc6-dev meson ninja-build pkg-config libglib2.0-dev
    libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev libnuma-dev
    libjansson-dev libdrm-dev gobject-introspection libgirepository1.0-dev
    libgstreamer-plugins-bad1.0-dev libvulkan-dev libxkbcommon-x11-dev libwayland-dev"
  [run]="python3 python3-gi gir1.2-gstreamer-1.0 gir1.2-gst-plugins-base-1.0
    gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good"
  [demo]="mate-backgrounds alsa-utils"
  [check]="python3-jsonschema graphviz gi-docgen g++ indent binutils gstreamer1.0-plugins-bad gstreamer1.0-x
    gstreamer1.0-plugins-ugly gstreamer1.0-libav mandoc man-db
    gstreamer1.0-plugins-base-apps mesa-vulkan-drivers gstreamer1.0-pipewire pipewire
    gcc-mingw-w64-x86-64-win32"
  [valgrind]="valgrind libc6-dbg"
  [guest]="qemu-system-x86 qemu-system-modules-spice? busybox-static kmod v4l-utils ndctl"
  [fuzz]="clang libclang-rt-dev llvm"
  [clang]="clang"
  [foreign]="libglib2.0-dev libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev libjansson-dev
    gstreamer1.0-plugins-base gstreamer1.0-plugins-good"
  [root]="debootstrap git"
  [package]="debhelper dpkg-dev debootstrap git"
  [doc]="gi-docgen"
)

# missing_packages NAME...: those of NAME that dpkg does not have; it fails for
# names that it never heard of, which is an answer too
missing_packages () {
  local have name
  have=" $(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
    sed -n 's/^installed //p' | tr '\n' ' ' || true)"
  for name in "$@"; do
    case $have in *" $name "*) ;; *) echo "$name" ;; esac
  done
}

# known_packages NAME...: without those that may be unknown, and are
known_packages () {
  local name
  for name in "$@"; do
    case $name in
      *\?) apt-cache show "${name%\?}" >/dev/null 2>&1 && echo "${name%\?}" || true ;;
      *) echo "$name" ;;
    esac
  done
}

apt_install () {
  local log=$top/build/apt.log
  local -a apt=(apt-get -y -q -o Dpkg::Use-Pty=0 --no-install-recommends)
  export DEBIAN_FRONTEND=noninteractive
  announce "installing with apt: $*"
  step "apt-get update" "$log" apt-get -q update ||
    printf 'ks: trying with the package lists that are here\n' >&2
  step "apt-get install $*" "$log" "${apt[@]}" install "$@" ||
    die "apt-get could not install: $*"
}

# need PURPOSE...: installs what the purposes lack; a word why when it cannot
need () {
  local purpose
  local -a wanted=() lacking
  for purpose in "$@"; do
    # shellcheck disable=SC2206
    wanted+=(${packages[$purpose]})
  done
  mapfile -t wanted < <(known_packages "${wanted[@]}")
  if ! command -v dpkg-query >/dev/null; then
    printf 'ks: no dpkg here; taking for granted: %s\n' "${wanted[*]}" >&2
    return 0
  fi
  mapfile -t lacking < <(missing_packages "${wanted[@]}")
  [ ${#lacking[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    die "packages are missing; as root run:
  apt-get install --no-install-recommends ${lacking[*]}"
  fi
  apt_install "${lacking[@]}"
}
