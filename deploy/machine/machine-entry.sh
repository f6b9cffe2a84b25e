#!/bin/sh
# Starts an engine in a container that stands for a machine. It needs many capabilities, but not --privileged.
set -eu

# Left by a machine that was killed. Process ids start again from 1, so the old ones may well belong to somebody now.
rm -f /run/docker.pid /run/docker/containerd/containerd.pid /run/docker-host/docker.sock

# Without --privileged /sys and the cgroups are mounted read-only.
remount() {
  mount -o remount,bind,rw "$1" || echo "machine-entry: cannot remount $1" >&2
}
mount -o remount,rw /sys 2>/dev/null || remount /sys
awk '$2 ~ "^/sys/fs/cgroup" { print $2 }' /proc/mounts | while read -r mounted; do
  remount "$mounted"
done

# cgroup v2: a cgroup that hands controllers on may hold no processes of its own.
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
  mkdir -p /sys/fs/cgroup/init
  xargs -rn1 </sys/fs/cgroup/cgroup.procs >/sys/fs/cgroup/init/cgroup.procs 2>/dev/null || :
  sed -e 's/ / +/g' -e 's/^/+/' </sys/fs/cgroup/cgroup.controllers >/sys/fs/cgroup/cgroup.subtree_control || :
fi

exec dockerd -H unix:///run/docker.sock "$@"
