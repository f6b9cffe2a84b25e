import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { readProgram } from './member-program.ts'
import { parseTries } from './observe-reach.ts'

let probe: string
let freePort: number

before(async () => {
  probe = await readProgram('remote-probe.pl')
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  freePort = (server.address() as AddressInfo).port
  server.close()
})
let echo: ReturnType<typeof spawn> | undefined
after(() => echo?.kill())

const perl = (...words: string[]) => spawn('perl', ['-', ...words], { stdio: ['pipe', 'pipe', 'inherit'] })

test('what a machine reaches is told with its own address and the size of its packets', () => {
  assert.deepEqual(parseTries('closed 10.0.0.1:7443 Connection refused\nopen 10.0.0.1:2377 10.0.0.7 1450\n'), {
    own: '10.0.0.7',
    mtuBytes: 1450,
    toManagers: [
      { address: '10.0.0.1', port: 7443, trouble: 'Connection refused' },
      { address: '10.0.0.1', port: 2377, trouble: undefined },
    ],
  })
  assert.deepEqual(parseTries(''), { own: undefined, mtuBytes: undefined, toManagers: [] })
})

test('the two halves of a try find each other, over TCP and over UDP, and tell what is closed', async () => {
  echo = perl('echo', `tcp:${freePort}`, `udp:${freePort}`)
  echo.stdin?.write(probe)
  for await (const line of createInterface({ input: echo.stdout ?? process.stdin })) if (line === 'ready') break

  const tries = perl('try', `127.0.0.1:${freePort}`, '127.0.0.1:1')
  tries.stdin.end(probe)
  const { own, toManagers } = parseTries(await text(tries.stdout))
  assert.equal(own, '127.0.0.1')
  assert.deepEqual(
    toManagers.map(({ port, trouble }) => [port, trouble]).toSorted(([a], [b]) => Number(a) - Number(b)),
    [
      [1, 'Connection refused'],
      [freePort, undefined],
    ],
  )

  const program = ['--input-type=module-typescript', '-e', await readProgram('reach-probe.ts')]
  const back = spawn(process.execPath, [...program, '--', '127.0.0.1', `tcp:${freePort}`, `udp:${freePort}`, 'tcp:1'])
  const { places } = JSON.parse(await text(back.stdout))
  assert.deepEqual(places, [
    { protocol: 'tcp', port: freePort, outcome: 'open' },
    { protocol: 'udp', port: freePort, outcome: 'open' },
    { protocol: 'tcp', port: 1, outcome: 'refused' },
  ])

  echo.stdin?.end()
  await once(echo, 'exit')
})
