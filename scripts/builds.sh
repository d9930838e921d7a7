# Parts of ./ks check that build in another way: another compiler, no assertions,
# static plugins, another processor. The tests are the quick ones.
#
# SPDX-FileCopyrightText: 2026 The ksallocator authors
# SPDX-License-Identifier: LGPL-2.1-or-later

# What is read and written in bytes that other machines read too, and what is
# calculated: the tests that find what a processor does otherwise.
values=(libs/{size,range,abi,abilayout,abinames,framing,framingrandom,framingedit,ratio}
  libs/{graphjson,jsonstructure,wire,wireold,wirerandom,plancheck,solver,solverfacts,layout,query,ksvalidate}
  tools/{decode,decode-json,encode,encode-json})

# other_build PART [MESON-OPTION...]: in build-PART, without what makes pages
other_build () {
  local part=$1
  shift
  build_in "build-$part" -Dwerror=true -Doptimization=0 -Dtests=enabled -Dintrospection=disabled \
    -Ddoc=disabled -Dbenchmarks=disabled "$@" || { result "$part" 1; return 1; }
}

part_clang () {
  need clang
  CC=clang CXX=clang++ other_build clang || return
  meson_part clang build-clang 600 -t 2 --suite libs --suite elements --suite tools
}

# Without assert(), g_assert() and g_return_if_fail(): nothing may hang on them.
part_ndebug () {
  other_build ndebug -Db_ndebug=true -Dc_args=-DG_DISABLE_CHECKS || return
  meson_part ndebug build-ndebug 600 -t 2 --suite libs --suite elements --suite tools
}

# No plugin is a file here: what needs one is not tested.
part_static () {
  other_build static -Ddefault_library=static || return
  meson_part static build-static 600 pipelines/staticplugins libs/range libs/wire libs/pool
}

# Debian's name of a processor: GNU's, QEMU's, and which end of a number comes first
declare -A foreign=(
  [arm64]="aarch64-linux-gnu aarch64 little"
  [riscv64]="riscv64-linux-gnu riscv64 little"
  [s390x]="s390x-linux-gnu s390x big"
)

# cross_file TRIPLET QEMU ENDIAN: how to compile for it, and to run it without a
# kernel that knows how
cross_file () {
  cat <<END
[binaries]
c = '$1-gcc'
ar = '$1-ar'
strip = '$1-strip'
pkgconfig = 'pkg-config'
exe_wrapper = ['env', 'GST_REGISTRY_FORK=no', 'CK_TIMEOUT_MULTIPLIER=10', 'qemu-$2']

[properties]
pkg_config_libdir = '/usr/lib/$1/pkgconfig:/usr/share/pkgconfig'

[host_machine]
system = 'linux'
cpu_family = '$2'
cpu = '$2'
endian = '$3'
END
}

# need_foreign ARCH TRIPLET: a compiler for it, what it links, QEMU. Only in a
# root that is thrown away: apt is told of the architecture.
need_foreign () {
  local name
  local -a names=(meson ninja-build pkg-config python3 qemu-user gstreamer1.0-tools
    "gcc-$2" "libc6-dev-$1-cross")
  [ "${KS_ROOT:-}" = yes ] || die "another processor is tested in a root: ./ks check --root=bookworm --arch=$1"
  dpkg --add-architecture "$1"
  for name in ${packages[foreign]}; do
    names+=("$name:$1")
  done
  apt_install "${names[@]}"
}

# cmd_foreign ARCH [MESON-TEST-ARGUMENT...]: tests compiled for another processor,
# and run by QEMU; by default those of values, of the wire and of plans
cmd_foreign () {
  local arch=$1 triplet qemu endian
  shift
  [ $# -gt 0 ] || set -- "${values[@]}"
  read -r triplet qemu endian <<<"${foreign[$arch]}"
  need_foreign "$arch" "$triplet"
  mkdir -p "$results"
  cross_file "$triplet" "$qemu" "$endian" >"$results/cross.ini"
  if other_build foreign --cross-file "$results/cross.ini" -Dnuma=disabled; then
    meson_part foreign build-foreign 1200 -t 10 "$@"
  fi
  "$(system_python)" "$top/scripts/tally.py" "$results" foreign
}
