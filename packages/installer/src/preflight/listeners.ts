import { readdir, readFile, readlink } from 'node:fs/promises'
import type { Listener } from './preflight-plan.ts'

type Socket = Omit<Listener, 'process'> & { inode: string }

/** Who listens where, from /proc. Needs root to name the processes of others. */
export async function listListeners(procDir = '/proc'): Promise<Listener[]> {
  const tables = await Promise.all(
    (['tcp', 'tcp6', 'udp', 'udp6'] as const).map(async (table) =>
      parseSockets(await readOrEmpty(`${procDir}/net/${table}`), table.startsWith('tcp') ? 'tcp' : 'udp'),
    ),
  )
  const sockets = tables.flat()
  const owners = await findOwners(procDir, new Set(sockets.map(({ inode }) => inode)))
  return sockets.map(({ inode, ...socket }) => ({ ...socket, process: owners.get(inode) ?? null }))
}

const listening = '0A'

export function parseSockets(table: string, protocol: 'tcp' | 'udp'): Socket[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line): Socket[] => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
      const [hexAddress, hexPort] = local.split(':')
      if (!hexAddress || !hexPort) return []
      if (protocol === 'tcp' && state !== listening) return []
      return [{ protocol, address: parseAddress(hexAddress), port: Number.parseInt(hexPort, 16), inode }]
    })
}

/** The kernel prints each 32-bit word in the order of the machine's bytes, which is little-endian wherever we run. */
function parseAddress(hex: string): string {
  const words = hex.match(/.{8}/g) ?? []
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse())
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.')
  if (bytes.every((byte) => byte === '00')) return '::'
  return (bytes.join('').match(/.{4}/g) ?? []).join(':').toLowerCase()
}

async function findOwners(procDir: string, inodes: ReadonlySet<string>): Promise<Map<string, string>> {
  const owners = new Map<string, string>()
  const pids = (await readdir(procDir)).filter((name) => /^\d+$/.test(name))
  for (const pid of pids) {
    // A process may end while it is looked at, and without root others' files stay closed: then it has no name here.
    const fds = await readdir(`${procDir}/${pid}/fd`).catch(() => [])
    for (const fd of fds) {
      const target = await readlink(`${procDir}/${pid}/fd/${fd}`).catch(() => '')
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1]
      if (!inode || !inodes.has(inode) || owners.has(inode)) continue
      const name = (await readOrEmpty(`${procDir}/${pid}/comm`)).trim()
      owners.set(inode, `${name} (process ${pid})`)
    }
  }
  return owners
}

const readOrEmpty = (path: string) => readFile(path, 'utf8').catch(() => '')
