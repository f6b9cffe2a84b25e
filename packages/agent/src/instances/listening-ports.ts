export type ListeningPorts = { listeningPorts: number[]; loopbackPorts: number[] }

/** From the texts of /proc/<pid>/net/tcp and tcp6. */
export function parseListeningPorts(...texts: readonly string[]): ListeningPorts {
  const open = texts.flatMap((text) => text.split('\n').flatMap(parseLine))
  const listeningPorts = ports(open.filter(({ address }) => !isLoopback(address)))
  const loopbackPorts = ports(open.filter(({ address }) => isLoopback(address) && !isEngineResolver(address)))
  return { listeningPorts, loopbackPorts: loopbackPorts.filter((port) => !listeningPorts.includes(port)) }
}

type Socket = { address: string; port: number }

const listening = '0A'

/** `sl local_address rem_address st ...`: addresses are hex, each 32-bit word in the machine's (little-endian) order. */
function parseLine(line: string): Socket[] {
  const [, local = '', , state] = line.trim().split(/\s+/)
  const [address = '', port = ''] = local.split(':')
  return state === listening ? [{ address, port: Number.parseInt(port, 16) }] : []
}

const mapped = '0000000000000000FFFF0000'
const ipv4Of = (address: string) => (address.startsWith(mapped) ? address.slice(mapped.length) : address)

const isLoopback = (address: string) =>
  address === '00000000000000000000000001000000' || /^[0-9A-F]{6}7F$/.test(ipv4Of(address))

/** The engine itself listens for DNS on 127.0.0.11 in every network namespace. */
const isEngineResolver = (address: string) => ipv4Of(address) === '0B00007F'

const ports = (sockets: readonly Socket[]) => [...new Set(sockets.map(({ port }) => port))].sort((a, b) => a - b)
