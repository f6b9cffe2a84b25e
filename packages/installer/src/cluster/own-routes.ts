import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'

/** The networks that this machine reaches directly, from /proc/net/route. */
export async function listRoutes(): Promise<string[]> {
  return parseRoutes(await readFile('/proc/net/route', 'utf8'))
}

export function parseRoutes(table: string): string[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, destination, , , , , , mask] = line.split('\t')
      if (!destination || !mask || mask === '00000000') return []
      const bits = Number.parseInt(mask, 16).toString(2).replaceAll('0', '').length
      return [`${littleEndianAddress(destination)}/${bits}`]
    })
}

const littleEndianAddress = (hex: string) =>
  (hex.match(/../g) ?? [])
    .reverse()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.')

/** The address that this machine sends from on its default route; undefined without one. Sends nothing. */
export async function findOwnAddress(): Promise<string | undefined> {
  const socket = createSocket('udp4')
  try {
    // A datagram socket that connects only looks up the route. The address is one that documentation reserves.
    socket.connect(9, '198.51.100.1')
    await once(socket, 'connect')
    return socket.address().address
  } catch {
    return undefined
  } finally {
    socket.close()
  }
}
