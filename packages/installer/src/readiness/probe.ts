import { request } from 'node:http'

export type Answer = { status: number; body: string }

/** One GET with a Host header of our choice, which fetch does not allow. Undefined when nobody answers. */
export function probe(target: {
  address: string
  port: number
  host: string
  path: string
}): Promise<Answer | undefined> {
  const { address, port, host, path } = target
  return new Promise((resolve) => {
    const outgoing = request(
      { host: address, port, path, headers: { host }, timeout: 5_000, agent: false },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.once('end', () =>
          resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
        )
        incoming.once('error', () => resolve(undefined))
      },
    )
    outgoing.once('timeout', () => outgoing.destroy())
    outgoing.once('error', () => resolve(undefined))
    outgoing.end()
  })
}
