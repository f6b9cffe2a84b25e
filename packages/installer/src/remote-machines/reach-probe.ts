// Runs in a container on a manager's own network, handed over as text: it may import nothing but Node's own modules.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'

type Outcome = 'open' | 'refused' | 'lost' | 'full_lost'

const [address = '', ...places] = process.argv.slice(1)
const timeoutMs = 3_000
const attempts = 3
const smallBytes = 64
/** What the engine's overlays send at most, and what the headers of IP and UDP take of it. */
const overlayMtuBytes = 1500
const udpHeaderBytes = 28

const found = await Promise.all(places.map(tryPlace))
process.stdout.write(`${JSON.stringify({ places: found, mtuBytes: await readMtu() })}\n`)
process.exit(0)

async function tryPlace(place: string): Promise<{ protocol: string; port: number; outcome: Outcome }> {
  const [protocol = '', port = ''] = place.split(':')
  const outcome = protocol === 'tcp' ? await tryTcp(Number(port)) : await tryUdp(Number(port))
  return { protocol, port: Number(port), outcome }
}

/** More than one packet each way: a path that loses those of full size lets a connection begin, and then it stands still. */
async function tryTcp(port: number): Promise<Outcome> {
  const bytes = Buffer.alloc(20_000, 'berth')
  const socket = connect({ host: address, port, timeout: timeoutMs })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(timeoutMs) })
  } catch (error) {
    socket.destroy()
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED' ? 'refused' : 'lost'
  }
  return new Promise((resolve) => {
    let heardBytes = 0
    const end = (outcome: Outcome) => {
      socket.destroy()
      resolve(outcome)
    }
    socket.on('data', (chunk) => {
      heardBytes += chunk.length
      if (heardBytes >= bytes.length) end('open')
    })
    socket.once('error', () => end('full_lost'))
    socket.once('timeout', () => end('full_lost'))
    socket.write(bytes)
  })
}

/** A datagram that just fits into the link carries the mark that nobody on the way may cut it. */
async function tryUdp(port: number): Promise<Outcome> {
  if (!(await isEchoed(port, smallBytes))) return 'lost'
  const fullBytes = Math.min((await readMtu()) ?? overlayMtuBytes, overlayMtuBytes) - udpHeaderBytes
  return (await isEchoed(port, fullBytes)) ? 'open' : 'full_lost'
}

async function isEchoed(port: number, sizeBytes: number): Promise<boolean> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const socket = createSocket('udp4')
    try {
      socket.on('error', () => undefined) // A port that is closed says so by an error on a later packet.
      socket.connect(port, address)
      await once(socket, 'connect')
      socket.send(Buffer.alloc(sizeBytes, 1))
      const [echo] = await once(socket, 'message', { signal: AbortSignal.timeout(timeoutMs / attempts) })
      if (echo.length === sizeBytes) return true
    } catch {
      // No answer in time: the next attempt.
    } finally {
      socket.close()
    }
  }
  return false
}

/** Of the link towards the machine. */
async function readMtu(): Promise<number | undefined> {
  const socket = createSocket('udp4')
  socket.connect(9, address) // Only looks up the route.
  await once(socket, 'connect')
  const own = socket.address().address
  socket.close()
  const link = Object.entries(networkInterfaces()).find(([, entries]) => entries?.some((it) => it.address === own))?.[0]
  return link ? Number(readFileSync(`/sys/class/net/${link}/mtu`, 'utf8')) : undefined
}
