import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as api from '@berth/contract'
import { PlatformError, type RoleForecast } from '@berth/contract'
import { fakeBerth } from './fake-berth.ts'
import { sampleMachine } from './samples.ts'

const forecast: RoleForecast = {
  ...{ machine: 'w1', from: 'worker', to: 'manager', refusal: null },
  ...{ managersNow: 1, managersAfter: 2, mayFailNow: 0, mayFailAfter: 0 },
  warnings: ['2 managers bear the loss of no more of them than 1 do'],
}

test('machines are listed with what keeps them from taking instances, and with their labels', async (t) => {
  const { on, berth } = await fakeBerth(t)
  const machines: api.Machine[] = [
    { ...sampleMachine, labels: { zone: 'a', disk: 'ssd' } },
    { ...sampleMachine, name: 'w1', availability: 'cordoned', cordonReason: 'pressure' },
    { ...sampleMachine, name: 'w2', availability: 'draining', state: 'down' },
  ]
  on(api.listMachines, () => machines)
  const { stdout } = await berth('machines')
  assert.match(stdout, /^alpha +manager, leader +ready +10\.0\.0\.1 .* disk=ssd zone=a$/m)
  assert.match(stdout, /^w1 .* ready, cordoned \(pressure\) /m)
  assert.match(stdout, /^w2 .* down, draining /m)
  assert.deepEqual(JSON.parse((await berth('machines', 'ls', '--json')).stdout), machines)
})

test('one machine is shown with what it holds and until when its certificate is good', async (t) => {
  const { on, berth } = await fakeBerth(t)
  const certificateEndsAt = new Date(Date.now() + 4.5 * 86_400_000).toISOString()
  const machine: api.Machine = { ...sampleMachine, holds: ['server', 'registry'], certificateEndsAt }
  on(api.getMachine, () => machine)
  const { stdout } = await berth('machines', 'show', 'alpha')
  assert.match(stdout, /^Holds +the server and the registry of Berth$/m)
  assert.match(stdout, /^Certificate ends +in 4 d$/m)
  assert.match(stdout, /^Takes new instances +yes$/m)
  const bad = await berth('machines', 'show', '../x')
  assert.deepEqual([bad.code, /use the host name/.test(bad.stderr)], [2, true])
})

test('a promotion tells the arithmetic first, and needs --yes where nobody can be asked', async (t) => {
  const { on, berth, calls } = await fakeBerth(t)
  on(api.forecastMachineRole, () => forecast)
  on(api.changeMachineRole, () => ({ ...sampleMachine, name: 'w1' }))
  const asked = await berth('machines', 'promote', 'w1')
  assert.equal(asked.code, 2)
  assert.match(asked.stderr, /Managers: 1 now, 2 after\nMay fail .*: 0 now, 0 after\nNote: 2 managers bear/)
  assert.match(asked.stderr, /needs --yes/)
  assert.ok(!calls.some((call) => call.startsWith('PUT')))
  const { code, stdout } = await berth('machines', 'promote', 'w1', '--yes')
  assert.deepEqual([code, stdout], [0, 'w1 is a manager now\n'])
})

test('a demotion that is refused says why, in the words of the server', async (t) => {
  const { on, berth } = await fakeBerth(t)
  const demotion = { ...forecast, from: 'manager' as const, to: 'worker' as const, refusal: 'only manager' }
  on(api.forecastMachineRole, () => demotion)
  on(api.changeMachineRole, () => {
    throw new PlatformError('quorum_at_risk', 'w1 is the only manager')
  })
  const { code, stderr } = await berth('machines', 'demote', 'w1')
  assert.equal(code, 1)
  assert.match(stderr, /w1 is the only manager/)
})

test('managers that do not agree yet are asked again, and in the end it is told what they say', async (t) => {
  const { on, berth, calls } = await fakeBerth(t)
  const asked = () => calls.filter((call) => call.startsWith('PUT')).length
  on(api.forecastMachineRole, () => forecast)
  on(api.changeMachineRole, () => {
    if (asked() < 2) throw new PlatformError('engine_unavailable', 'The engine could not change it: no leader')
    return { ...sampleMachine, name: 'w1' }
  })
  const { code, stdout, stderr } = await berth('machines', 'promote', 'w1', '--yes')
  assert.deepEqual([code, stdout, asked()], [0, 'w1 is a manager now\n', 2])
  assert.match(stderr, /no leader\. Trying again/)
})

test('a machine that has the role already is left alone', async (t) => {
  const { on, berth } = await fakeBerth(t)
  on(api.forecastMachineRole, () => ({ ...forecast, from: 'manager' as const }))
  assert.deepEqual(await berth('machines', 'promote', 'w1'), {
    code: 0,
    stdout: 'w1 is a manager already\n',
    stderr: '',
  })
})

test('the command to join stands alone on standard output, with until when it holds beside', async (t) => {
  const { on, berth } = await fakeBerth(t)
  const bodies: unknown[] = []
  on(api.createJoinToken, ({ body }) => {
    bodies.push(body)
    const expiresAt = new Date(Date.now() + 3_600_500).toISOString()
    return { token: 'BERTH-abc', machine: body.machine, role: body.role, expiresAt }
  })
  const { code, stdout, stderr } = await berth('machines', 'join-command', 'w1')
  assert.deepEqual([code, stdout], [0, './berth join BERTH-abc\n'])
  assert.match(stderr, /on w1, in a copy of Berth. It makes it a worker, once, and expires in 1 h\./)
  await berth('machines', 'join-command', 'm2', '--manager', '--expires', '1d')
  assert.deepEqual(bodies, [
    { machine: 'w1', role: 'worker', expiresInMinutes: 60 },
    { machine: 'm2', role: 'manager', expiresInMinutes: 1440 },
  ])
  assert.match((await berth('machines', 'join-command', 'w1', '--expires', '8d')).stderr, /use at most seven days/)
})

test('what changes a machine prints the machine as JSON when asked, and nothing beside', async (t) => {
  const { on, berth } = await fakeBerth(t)
  const worker = { ...sampleMachine, name: 'w1', role: 'worker' as const }
  on(api.cordonMachine, () => worker)
  on(api.listMachines, () => [worker])
  on(api.activateMachine, () => ({ machine: 'w1', cancelled: null }))
  on(api.forecastMachineRole, () => forecast)
  on(api.changeMachineRole, () => ({ ...worker, role: 'manager' as const }))
  const parsed = async (...words: string[]) => JSON.parse((await berth('machines', ...words, '--json')).stdout)
  assert.deepEqual(await parsed('cordon', 'w1'), worker)
  assert.deepEqual(await parsed('uncordon', 'w1'), worker)
  assert.deepEqual(await parsed('activate', 'w1'), { machine: 'w1', cancelled: null })
  assert.equal((await parsed('promote', 'w1', '--yes')).role, 'manager')
})

test('who does not reach a machine is told by name, with what another has with everybody marked as its own', async (t) => {
  const { on, berth } = await fakeBerth(t)
  const trouble = { machine: 'w2', troubles: ['w2 cannot reach w1: udp 4789 is closed'], isOthersOwn: false }
  const found = { machine: 'w1', isReached: false, others: 2, tries: [trouble] }
  on(api.tryMachineReachability, () => found)
  const { code, stdout } = await berth('machines', 'check', 'w1')
  assert.equal(code, 1)
  assert.equal(
    stdout,
    '0 of 1 machines reach w1, and it them, a sample of 2\n  w2 cannot reach w1: udp 4789 is closed\n',
  )
  on(api.tryMachineReachability, () => ({ ...found, isReached: true, tries: [{ ...trouble, isOthersOwn: true }] }))
  const told = await berth('machines', 'check', 'w1')
  assert.deepEqual([told.code, /\(w2 has that with others as well\)/.test(told.stdout)], [0, true])
})
