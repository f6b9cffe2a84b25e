#!/bin/sh
# An SSH server beside what a machine in a container does anyway.
set -eu

mkdir -p /run/sshd
/usr/sbin/sshd
exec machine-entry "$@"
