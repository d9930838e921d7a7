# ./ks package: the source archive and Debian's packages, and their part of ./ks check.
#
# SPDX-FileCopyrightText: 2026 The ksallocator authors
# SPDX-License-Identifier: LGPL-2.1-or-later

package_folder=$top/build-package

# package_source: the archive that `meson dist` makes of what is committed; its
# path into package_archive. Where this is no repository it is an archive already.
package_source () {
  if ! git_here rev-parse --verify -q HEAD >/dev/null 2>&1; then
    package_archive=$package_folder/ksallocator.tar.gz
    step "tar" "$package_folder/dist.log" tar -cz -C "$(dirname "$top")" -f "$package_archive" \
      --exclude="$(basename "$top")/build*" "$(basename "$top")"
    return
  fi
  [ -e "$top/build-check/build.ninja" ] || build_in build-check -Dwerror=true || return 1
  rm -rf "$top/build-check/meson-dist"
  step "meson dist" "$package_folder/dist.log" env GIT_CONFIG_COUNT=1 \
    GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0="$top" \
    meson dist -C "$top/build-check" --no-tests --allow-dirty --formats=gztar || return 1
  package_archive=$(echo "$top"/build-check/meson-dist/*.tar.gz)
}

# package_debian: Debian's packages, of the archive and nothing else. The tests
# are left out: ./ks check runs them.
package_debian () {
  local source=$package_folder/source
  rm -rf "$source" "$package_folder"/debs
  mkdir -p "$source" "$package_folder/debs"
  tar -xz -C "$source" --strip-components=1 -f "$package_archive" || return 1
  announce "making Debian's packages, some minutes"
  (cd "$source" && step "dpkg-buildpackage" "$package_folder/debian.log" \
    env -u CCACHE_DISABLE DEB_BUILD_OPTIONS="nocheck parallel=$(nproc)" \
    dpkg-buildpackage --unsigned-changes --unsigned-source --build=binary) || return 1
  mv "$package_folder"/*.deb "$package_folder"/*.changes "$package_folder"/*.buildinfo "$package_folder/debs/"
}

package_make () {
  mkdir -p "$package_folder"
  package_source && package_debian
}

cmd_package () {
  no_arguments package "$@"
  need build run check package
  package_make || die "no packages were made"
  printf '%s\n' "$package_archive" "$package_folder"/debs/*.deb
}

# package_try: they are installed in a bare Debian of this release, and used.
# One line a step for the tally.
package_try () {
  local release name=package-$(dpkg --print-architecture) from=$package_folder/try
  # shellcheck source=/dev/null
  release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  rm -rf "$from"
  mkdir -p "$from/debs" "$root_folder/debs"
  cp "$package_folder"/debs/*.deb "$from/debs/"
  rm -f "$from"/debs/*-dbgsym_*
  cp "$top"/tests/package/* "$from"
  tar -c -C "$from" -f "$root_folder/$name.tar" .
  rm -rf --one-file-system "${root_folder:?}/$name"
  mkdir -p "$root_folder/$name"
  unshare --mount --propagation private --pid --fork --kill-child \
    bash "$top/scripts/inroot.sh" "$root_folder/$name" "$release" "$(dpkg --print-architecture)" "$debian" \
    "$root_folder/debs" sh ./installed.sh </dev/null >"$package_folder/try.log" 2>&1 || true
  sed -n 's/^result: //p' "$package_folder/try.log"
  rm -rf --one-file-system "${root_folder:?}/$name" "$root_folder/$name.tar"
}

# package_line NAME STATUS
package_line () {
  printf '{"name": "%s", "result": "%s"}\n' "$1" "$([ "$2" -eq 0 ] && echo OK || echo FAIL)"
}

part_package () {
  local rc=0 log=$results/package.json
  need build run check package
  mkdir -p "$results" "$package_folder"
  announce "testing: package, some minutes"
  package_source || rc=1
  package_line "source archive" $rc >"$log"
  [ $rc -ne 0 ] || package_debian || rc=1
  package_line "Debian's packages, of the archive" $rc >>"$log"
  if [ $rc -eq 0 ] && [ "$(id -u)" -ne 0 ]; then
    printf '{"name": "installed", "result": "SKIP", "stdout": "SKIP: a bare root needs root"}\n' >>"$log"
  elif [ $rc -eq 0 ]; then
    package_try >"$package_folder/try.results"
    cat "$package_folder/try.results" >>"$log"
    grep -q 'all of it' "$package_folder/try.results" && ! grep -q FAIL "$package_folder/try.results" || rc=1
    [ $rc -eq 0 ] || tail -n 40 "$package_folder/try.log" >&2
  fi
  result package $rc
}
