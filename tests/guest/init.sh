#!/bin/busybox sh
# First process of the test guest: mounts the host's root read-only with RAM over it, runs run.sh there.
#
# Modules lie in /modules, their order in /modules/order. The work folder of the
# host is mounted at its own path (ks.work= on the command line) and is the one
# place where something written stays.
#
# SPDX-FileCopyrightText: 2026 The ksallocator authors
# SPDX-License-Identifier: LGPL-2.1-or-later
box=/bin/busybox
root=/root

stop () {
  echo "guest: $*"
  $box sync
  $box poweroff -f
  exec $box sleep 60
}

mount_at () {
  $box mkdir -p "$root/$2"
  $box mount -t "$1" "$1" "$root/$2" || stop "cannot mount $1"
}

p9=trans=virtio,version=9p2000.L,msize=524288
$box mkdir -p /proc /lower /upper $root
$box mount -t proc proc /proc
for word in $($box cat /proc/cmdline); do
  case $word in ks.work=*) work=${word#ks.work=} ;; ks.run=*) run=${word#ks.run=} ;; esac
done
for module in $($box cat /modules/order); do
  $box insmod "/modules/$module" || stop "cannot load $module"
done
$box mount -t 9p -o "$p9,ro,cache=loose" host /lower || stop "cannot mount the host's root"
$box mount -t tmpfs upper /upper
$box mkdir /upper/files /upper/scratch
$box mount -t overlay -o lowerdir=/lower,upperdir=/upper/files,workdir=/upper/scratch overlay $root ||
  stop "cannot mount RAM over the host's root"
mount_at proc proc
mount_at sysfs sys
$box mount -t cgroup2 cgroup2 $root/sys/fs/cgroup || stop "cannot mount cgroup2"
echo +memory >$root/sys/fs/cgroup/cgroup.subtree_control
mount_at devtmpfs dev
mount_at devpts dev/pts
mount_at tmpfs dev/shm
mount_at tmpfs run
$box mount -t 9p -o "$p9,rw,cache=none" work "$root$work" || stop "cannot mount $work"
$box chroot $root /bin/sh "$run" "$work"
stop "exit status of $run: $?"
