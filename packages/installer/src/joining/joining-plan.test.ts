import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JoinSettings } from '@berth/contract'
import { specHashOf } from '../installation/desired-installation.ts'
import { type JoiningFacts, type JoiningRules, memberAgent, planJoining } from './joining-plan.ts'
import { swarmOf } from './observe-joining.ts'
import { planUndo } from './undo-plan.ts'

const settings: JoinSettings = {
  machine: 'worker1',
  role: 'worker',
  domain: 'localhost',
  httpPort: 80,
  version: '0.1.0+abc',
  servers: ['10.0.0.1:7443'],
  images: { berth: '127.0.0.1:5000/berth:abc', edge: 'haproxy:3.2' },
}
const it = (name: string) => ({ name, id: `id-${name}`, isOurs: true })
const bare: JoiningFacts = {
  name: 'worker1',
  engineFolder: '/var/lib/docker',
  swarm: 'none',
  missingImages: [settings.images.berth, settings.images.edge],
  networks: [],
  volumes: [],
  agent: undefined,
  hasIdentity: false,
}
const whole: JoiningFacts = {
  name: 'worker1',
  engineFolder: '/var/lib/docker',
  swarm: 'ours',
  missingImages: [],
  networks: [it('berth-edge')],
  volumes: ['berth-agent', 'berth-edge'].map(it),
  agent: { ...it('berth-agent'), specHash: specHashOf(memberAgent(settings, bare)), isRunning: true },
  hasIdentity: true,
}
const stranger: JoiningRules = { mayLeaveSwarm: false }
const ourOwn: JoiningRules = { mayLeaveSwarm: true }
const kinds = (facts: JoiningFacts, rules = stranger) => planJoining(settings, facts, rules).map(({ kind }) => kind)

test('a bare engine gets everything, and its agent starts only once it is in the swarm', () => {
  assert.deepEqual(kinds(bare), [
    'bringImages',
    'createNetwork',
    'createVolume',
    'createVolume',
    'createAgent',
    'redeemToken',
    'joinSwarm',
    'startAgent',
  ])
})

test('a member on which all is right is left as it is', () => {
  assert.deepEqual(kinds(whole), [])
})

test('one that was interrupted goes on where it stopped', () => {
  const agent = { ...it('berth-agent'), specHash: specHashOf(memberAgent(settings, bare)), isRunning: false }
  assert.deepEqual(kinds({ ...whole, agent }), ['startAgent'])
  assert.deepEqual(kinds({ ...bare, missingImages: [], networks: [it('berth-edge')] }), [
    'createVolume',
    'createVolume',
    'createAgent',
    'redeemToken',
    'joinSwarm',
    'startAgent',
  ])
})

test('a member whose agent is of another version gets a new one and keeps its certificate', () => {
  const agent = { ...it('berth-agent'), specHash: 'older', isRunning: true }
  assert.deepEqual(kinds({ ...whole, agent }), ['removeAgent', 'createAgent', 'startAgent'])
})

test('one that is in the swarm without a certificate joins anew', () => {
  const order = kinds({ ...whole, hasIdentity: false })
  assert.deepEqual(order, ['leaveSwarm', 'removeAgent', 'createAgent', 'redeemToken', 'joinSwarm', 'startAgent'])
})

test('the swarm of somebody else is left by machines that Berth made, and by no other', () => {
  assert.throws(() => kinds({ ...bare, swarm: 'other' }), /is in a swarm already/)
  assert.ok(kinds({ ...bare, swarm: 'other' }, ourOwn).includes('leaveSwarm'))
})

test('a token for another machine, and a thing of our name that is not ours, end it before anything changes', () => {
  assert.throws(() => kinds({ ...bare, name: 'other' }), /This machine is called other, and the token is for worker1/)
  const volumes = [{ ...it('berth-agent'), isOurs: false }]
  assert.throws(() => kinds({ ...bare, volumes }), /that Berth did not make: berth-agent/)
})

test('a swarm is ours if one of its managers is where a server may be', () => {
  const active = { LocalNodeState: 'active', RemoteManagers: [{ Addr: '10.0.0.1:2377' }] }
  assert.equal(swarmOf(active, ['10.0.0.1:7443']), 'ours')
  assert.equal(swarmOf(active, ['10.0.0.2:7443']), 'other')
  assert.equal(swarmOf({ ...active, LocalNodeState: 'pending' }, ['10.0.0.1:7443']), 'other')
  assert.equal(swarmOf({ LocalNodeState: 'inactive', RemoteManagers: null }, ['10.0.0.1:7443']), 'none')
})

test('what was begun is taken back in reverse, the agent before the edge that it makes, and nothing else', () => {
  const undo = planUndo(planJoining(settings, { ...bare, volumes: [it('berth-agent')] }, stranger))
  assert.deepEqual(undo, [
    { kind: 'removeContainer', name: 'berth-agent' },
    { kind: 'removeContainer', name: 'berth-edge' },
    { kind: 'leaveSwarm' },
    { kind: 'removeContainer', name: 'berth-agent' },
    { kind: 'removeVolume', name: 'berth-edge' },
    { kind: 'removeNetwork', name: 'berth-edge' },
    { kind: 'removeImage', name: settings.images.berth },
    { kind: 'removeImage', name: settings.images.edge },
  ])
})

test('what was begun on a member that was there before takes nothing of it away', () => {
  const agent = { ...it('berth-agent'), specHash: specHashOf(memberAgent(settings, bare)), isRunning: false }
  const undo = planUndo(planJoining(settings, { ...whole, agent }, stranger))
  assert.deepEqual(
    undo.filter(({ kind }) => kind !== 'removeContainer'),
    [],
  )
})
