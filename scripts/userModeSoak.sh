#!/bin/sh
# `npm run soak` in a Linux of its own, for machines that do not allow a process as many descriptors as 20,000 connections
# need. Needs the Debian package user-mode-linux: a kernel that runs as an ordinary process, upon the files there are here.
# Arguments: those of `npm run soak`. Takes some minutes; the exit code is the soak's.
set -eu

if [ $$ -ne 1 ]; then
  root=$(cd "$(dirname "$0")/.." && pwd)
  result=$(mktemp)
  trap 'rm -f "$result"' EXIT
  # Its own exit code says nothing.
  linux.uml mem=8G quiet rootfstype=hostfs rootflags=/ rw con=null con0=fd:0,fd:1 init="$root/scripts/userModeSoak.sh" \
    SOAK_ROOT="$root" SOAK_PATH="$PATH" SOAK_RESULT="$result" SOAK_ARGUMENTS="$(echo "$*" | tr ' ' ,)" </dev/null || true
  if [ ! -s "$result" ]; then
    echo "the machine did not come as far as the soak" >&2
    exit 1
  fi
  exit "$(cat "$result")"
fi

# From here on this is the first process of the new machine.
export PATH="$SOAK_PATH" HOME=/root
mount -t proc proc /proc
ip link set lo up
ulimit -n 65536
cd "$SOAK_ROOT"
status=0
# shellcheck disable=SC2046 # one word each
npm run soak --silent -- $(echo "$SOAK_ARGUMENTS" | tr , ' ') || status=$?
echo "$status" >"$SOAK_RESULT"
poweroff -f
