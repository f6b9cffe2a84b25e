import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { test } from 'node:test'
import { JoinAnswer, type JoinRequest } from '@berth/contract'
import { aMachine, fakeEngine } from '@berth/engine'
import { createCertificateRequest, createClusterCa, createKeyPem } from '@berth/identity'
import pino from 'pino'
import type { Log } from '../packages/agent/src/log.ts'
import { runServerLink } from '../packages/agent/src/server-link/server-link.ts'
import { agentRegistry } from '../packages/server/src/agents/agent-registry.ts'
import { serveAgents } from '../packages/server/src/agents/serve-agents.ts'
import { idleStats } from '../packages/server/src/agents/test-heartbeat.ts'
import { onSqlite, openForTest } from '../packages/server/src/database/test-databases.ts'
import { failureLimit } from '../packages/server/src/gate/failure-limit.ts'
import { guessLimit } from '../packages/server/src/gate/guess-limit.ts'
import { joinDoor } from '../packages/server/src/joining/join-door.ts'
import { joinTokenStore } from '../packages/server/src/joining/join-token-store.ts'
import { createJoining } from '../packages/server/src/joining/joining.ts'
import { certificateRenewal } from '../packages/server/src/machines/certificate-renewal.ts'
import { identityStore } from '../packages/server/src/machines/identity-store.ts'
import { machineReachability } from '../packages/server/src/reachability/reachability.ts'

const now = Date.now
const settings = { domain: 'localhost', httpPort: 80, version: '1', images: { berth: 'berth:1', edge: 'haproxy:3.2' } }
const heartbeat = {
  stats: idleStats,
  sampledAtMs: 0,
  instances: [],
  edge: { fingerprint: null, error: null, countedAtMs: null, backends: [] },
}

/** The real server's side and the real agent's link, over TLS on the loopback; only the engine is played. */
test('a machine joins, becomes a manager, is one no more, and is removed', { timeout: 20_000 }, async (t) => {
  const ca = await createClusterCa({ now: new Date() })
  const deps = await openForTest(t, await onSqlite.place(t), now)
  const [joinTokens, identities] = [joinTokenStore(deps), identityStore(deps)]
  const fake = fakeEngine({ machines: [aMachine({ holds: ['server'] })] })
  const { engine } = fake
  const agents = agentRegistry({ now })
  const stop = new AbortController()
  const log = pino({ level: 'silent' })
  const cluster = { current: () => undefined, ageMs: () => 0, refresh: engine.observe }
  const activity = { add: async () => undefined as never }
  const joining = createJoining({
    ...{ ca, joinTokens, identities, engine, cluster, activity, settings, now },
    reachability: machineReachability({ agents }),
  })
  const guesses = guessLimit(failureLimit({ now }))
  const served = await serveAgents(
    {
      ...{ host: '127.0.0.1', port: 0, ca, serverId: 's1', registry: agents, identities, log },
      renewCertificate: certificateRenewal({ ca, identities, cluster, now }),
      files: { source: () => assert.fail('asked'), database: () => assert.fail('asked') },
      door: joinDoor({ joining, guesses, registryUrl: 'http://127.0.0.1:1', log }),
    },
    stop.signal,
  )

  // It joins: the key is made here and only the request for a certificate leaves.
  const keyPem = createKeyPem()
  const { secret } = await joinTokens.create({
    ...{ machine: 'w1', role: 'manager', createdBy: 'ada', expiresAtMs: now() + 60_000 },
  })
  const csrPem = createCertificateRequest(keyPem)
  const asked: JoinRequest = { secret, machine: 'w1', csrPem, engineVersion: '29.1.0', architecture: 'x86_64' }
  const answer = JoinAnswer.parse(await post(served.port, ca.certPem, asked))
  const folder = await mkdtemp(join(tmpdir(), 'berth-life-'))
  const files = { 'ca.pem': answer.caPem, 'cert.pem': answer.certPem, 'key.pem': keyPem }
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  const [first = aMachine()] = (await engine.observe()).machines
  const worker = aMachine({ id: 'id-w1', name: 'w1', role: 'worker', isLeader: false })
  fake.setMachines([first, worker])

  const said: string[] = []
  const note: Log['info'] = (event, fields) => void said.push(`${event} ${fields?.reason ?? fields?.isManager ?? ''}`)
  const roleNow = async () => (await engine.observe()).machines.find(({ id }) => id === 'id-w1')?.role
  const isManager = async () => (await roleNow()) === 'manager'
  const link = runServerLink(
    {
      identityFolder: folder,
      verbs: {},
      introduce: async () => ({
        addresses: [`127.0.0.1:${served.port}`],
        hello: { machineId: 'id-w1', version: '1', isManager: await isManager() },
        handlers: {},
      }),
      isManager,
      renewal: { checkMs: 20, now },
      heartbeat: () => heartbeat,
      onChange: () => () => undefined,
      onStir: () => () => undefined,
      log: { debug: note, info: note, warn: note, error: note },
    },
    stop.signal,
  )
  t.after(async () => {
    stop.abort()
    await Promise.all([link, served.closed])
    await rm(folder, { recursive: true })
  })
  const isTaken = (as: 'manager' | 'worker') =>
    t.waitFor(() => assert.equal(agents.find('id-w1')?.isManager, as === 'manager', said.join('\n')), {
      timeout: 8_000,
    })

  await isTaken('worker')
  assert.equal((await identities.records()).get('id-w1')?.role, 'worker')

  // Promoted: it sees so by itself, and asks for a certificate that says so.
  await engine.setMachineRole('id-w1', 'manager', 1)
  await isTaken('manager')
  assert.ok(said.includes('certificate_renewed role'))

  // Demoted: what it says of the cluster is worth nothing at once, also with the certificate from before.
  await identities.setRole('id-w1', 'worker')
  agents.cut('id-w1', 'demoted')
  await isTaken('worker')
  await engine.setMachineRole('id-w1', 'worker', 2)

  // Removed: cut off, and refused however often it comes back.
  await identities.remove({ machineId: 'id-w1', name: 'w1' })
  agents.cut('id-w1', 'removed')
  await t.waitFor(() => assert.match(said.at(-1) ?? '', /server_unreachable .*was removed/), { timeout: 8_000 })
  assert.equal(agents.find('id-w1'), undefined)
})

async function post(port: number, ca: string, body: JoinRequest): Promise<unknown> {
  const place = { host: '127.0.0.1', port, ca, servername: 'berth-server', method: 'POST', path: '/join' }
  return new Promise((resolve, reject) => {
    const sent = request(place, (answer) => void json(answer).then(resolve, reject))
    sent.once('error', reject)
    sent.end(JSON.stringify(body))
  })
}
