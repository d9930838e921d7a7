#!/bin/sh
# What the test guest does: loads modules, prepares devices, runs the programs, each with its status.
#
# usage: run.sh WORK
#
# WORK holds: kernel (the folder that modprobe takes them from), modules (a
# module with its parameters a line), setup (a script), programs/NUMBER with
# command and seconds. Each program leaves stdout, stderr, times and status beside
# its command; trouble before the first one goes to WORK/trouble, the kernel's log
# to WORK/dmesg.
#
# SPDX-FileCopyrightText: 2026 The ksallocator authors
# SPDX-License-Identifier: LGPL-2.1-or-later
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
cd "$1" || exit 1
read -r kernel <kernel

say () {
  echo "guest: $*" >/dev/console
}

finish () {
  dmesg >dmesg
  exit "$1"
}

# the host's own configuration of modules says nothing here
while read -r module; do
  # shellcheck disable=SC2086
  modprobe -C /dev/null -d "$kernel" $module 2>modprobe.log || {
    echo "modprobe $module: $(cat modprobe.log)" >trouble
    finish 1
  }
done <modules

say setup
sh -ex ./setup >setup.log 2>&1 </dev/null || {
  echo "setup failed: $(tail -n 5 setup.log)" >trouble
  finish 1
}

for program in programs/*; do
  say "$(cat "$program/name")"
  read -r seconds <"$program/seconds"
  cut -d' ' -f1 /proc/uptime >"$program/times"
  timeout -k 5 "$seconds" sh "$program/command" >"$program/stdout" 2>"$program/stderr" </dev/null
  echo $? >"$program/status.new"
  cut -d' ' -f1 /proc/uptime >>"$program/times"
  mv "$program/status.new" "$program/status"
done
finish 0
