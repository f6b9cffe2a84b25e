import assert from 'node:assert/strict'
import { request } from 'node:http'
import { startLoad } from '../load.ts'
import { appHost, type OneEdge } from './one-edge.ts'

export const loadOf = ({ machine }: OneEdge, postWorkers: number) =>
  startLoad({
    address: machine.address,
    port: 80,
    host: appHost,
    keepAliveWorkers: 12,
    newConnectionWorkers: 6,
    postWorkers,
  })

export async function losesNothing(one: OneEdge, during: () => Promise<void>) {
  const load = loadOf(one, 4)
  await load.flows()
  await during()
  await load.flows()
  const { requests, failures, maxMs, bodies } = await load.stop()
  console.log(
    `${requests} requests, ${failures.length} failed, longest ${Math.round(maxMs)} ms`,
    Object.fromEntries(bodies),
  )
  assert.deepEqual(failures.slice(0, 5), [])
}

export type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: string }

export function get(
  { machine }: OneEdge,
  host: string,
  path = '/',
  headers: Record<string, string> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: machine.address, port: 80, path, agent: false, headers: { host, ...headers } })
    sent.once('error', reject)
    sent.once('response', async (response) => {
      let body = ''
      for await (const chunk of response.setEncoding('utf8')) body += chunk
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body })
    })
    sent.end()
  })
}
