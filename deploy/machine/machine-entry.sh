#!/bin/sh
# Starts an engine in a container that stands for a machine. It needs many capabilities, but not --privileged.
# BERTH_MACHINE_MEMORY: how many bytes the machine has. BERTH_HOST_ADDRESS: under which the host is known in its swarm.
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

# The engine would tell the swarm how much memory the host has, and the swarm would place by that.
if [ -n "${BERTH_MACHINE_MEMORY:-}" ]; then
  kib=$((BERTH_MACHINE_MEMORY / 1024))
  awk -v kib="$kib" '/^(MemTotal|MemFree|MemAvailable):/ { $2 = kib } { print $1, $2, $3 }' /proc/meminfo >/run/meminfo
  mount --bind /run/meminfo /proc/meminfo || echo "machine-entry: cannot limit what the engine sees of the memory" >&2
fi

# The host speaks to this network from the bridge's own address. The kernel drops overlay packets that do not come from
# the address under which the swarm knows their sender.
if [ -n "${BERTH_HOST_ADDRESS:-}" ]; then
  gateway=$(ip -4 route show default | awk '{ print $3; exit }')
  iptables -t nat -A INPUT -s "$gateway" -p udp --dport 4789 -j SNAT --to-source "$BERTH_HOST_ADDRESS" ||
    echo "machine-entry: cannot translate the host's address" >&2
fi

exec dockerd -H unix:///run/docker.sock "$@"
