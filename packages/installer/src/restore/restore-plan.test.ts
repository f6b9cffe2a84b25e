import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planRestore, planSurvivor, type RestoreFacts } from './restore-plan.ts'

const content = { hasDatabase: true, stateFiles: ['ca.key', 'bootstrap.json'] }
const bare: RestoreFacts = { swarm: 'none', hasDatabase: false, stateFiles: ['ca.key'] }
const careful = { replaceSwarm: false, replaceDatabase: false }
const kinds = (facts: RestoreFacts, rules = careful) => planRestore(content, facts, rules).map(({ kind }) => kind)

test('a bare machine gets all that it lacks, the database before anything can write to a new one', () => {
  assert.deepEqual(planRestore(content, bare, careful), [
    { kind: 'restoreStateFiles', names: ['bootstrap.json'] },
    { kind: 'restoreDatabase' },
    { kind: 'restoreSwarm' },
    { kind: 'restartEngine' },
    { kind: 'forceNewCluster' },
  ])
})

test('a database that is there is newer than that of a backup, and stays unless it must go', () => {
  const facts = { ...bare, hasDatabase: true }
  assert.ok(!kinds(facts).includes('restoreDatabase'))
  assert.ok(kinds(facts, { ...careful, replaceDatabase: true }).includes('restoreDatabase'))
})

test('the state of a swarm is never replaced without being told to', () => {
  for (const swarm of ['works', 'broken'] as const) {
    assert.throws(() => kinds({ ...bare, swarm }), { code: 'conflict' })
    const steps = kinds({ ...bare, swarm }, { ...careful, replaceSwarm: true })
    assert.ok(steps.indexOf('leaveSwarm') < steps.indexOf('restoreSwarm'), steps.join())
  }
})

test('a manager goes on alone only where the swarm has no quorum', () => {
  const stateFiles = ['ca.key']
  assert.deepEqual(planSurvivor({ swarm: 'broken', stateFiles }), [{ kind: 'forceNewCluster' }])
  assert.throws(() => planSurvivor({ swarm: 'works', stateFiles }), /enough of its managers/)
  assert.throws(() => planSurvivor({ swarm: 'none', stateFiles }), /in no swarm/)
  assert.throws(() => planSurvivor({ swarm: 'broken', stateFiles: [] }), /secrets of the cluster are not/)
})
