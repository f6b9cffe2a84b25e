export type NetworkCounters = { receivedBytes: number; sentBytes: number }

/**
 * What leads nowhere else (loopback), what only leads on to instances (bridges, their veth ends, tunnels) and what stands
 * for other interfaces (bonds, VLANs): counting those would count the same bytes twice.
 */
const inner =
  /^(lo|docker\d*|docker_gwbridge|br-|br\d|virbr|veth|vxlan|vx-|ov-|cni|flannel|cali|ifb|dummy|tun|tap|wg|bond|team)|[.@]/

/** Of a machine: its own way to the world, by the /proc/<pid>/net/dev of a process in its network. */
export const parseMachineNetwork = (netDevText: string): NetworkCounters => sum(netDevText, (name) => !inner.test(name))

/** Of an instance: all that it has but its loopback. */
export const parseInstanceNetwork = (netDevText: string): NetworkCounters => sum(netDevText, (name) => name !== 'lo')

/** Columns: interface, eight figures of what was received, eight of what was sent, bytes first. */
function sum(netDevText: string, isCounted: (name: string) => boolean): NetworkCounters {
  let receivedBytes = 0
  let sentBytes = 0
  for (const [, name = '', received, sent] of netDevText.matchAll(interfaces)) {
    if (!isCounted(name)) continue
    receivedBytes += Number(received)
    sentBytes += Number(sent)
  }
  return { receivedBytes, sentBytes }
}

const interfaces = /^ *(\S+): *(\d+)(?: +\d+){7} +(\d+)/gm
