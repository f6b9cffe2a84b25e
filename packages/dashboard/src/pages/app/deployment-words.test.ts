import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DeploymentStep, deploymentStages } from '@berth/contract'
import { canCancel, describeDeployment } from './deployment-words.ts'

test('a deployment is told by what it does and how it ended', () => {
  const words = (kind: 'deploy' | 'rollback' | 'restart', state: 'running' | 'succeeded' | 'failed' | 'cancelled') =>
    describeDeployment({ kind, state, releaseVersion: 4 })
  assert.equal(words('deploy', 'running'), 'Deploying v4')
  assert.equal(words('deploy', 'succeeded'), 'v4 deployed')
  assert.equal(words('rollback', 'running'), 'Rolling back to v4')
  assert.equal(words('rollback', 'failed'), 'Rollback to v4 failed')
  assert.equal(words('restart', 'cancelled'), 'Restart cancelled')
  assert.equal(describeDeployment({ kind: 'deploy', state: 'failed', releaseVersion: null }), 'Deployment failed')
})

test('a deployment can be cancelled until the route begins to switch', () => {
  const at = (running: (typeof deploymentStages)[number]) => {
    const index = deploymentStages.indexOf(running)
    return deploymentStages.map((stage, place): DeploymentStep => {
      const state = place < index ? 'done' : place === index ? 'running' : 'waiting'
      return { stage, state, detail: null, startedAt: null, finishedAt: null }
    })
  }
  assert.ok(canCancel({ state: 'running', steps: at('check') }))
  assert.ok(!canCancel({ state: 'running', steps: at('switch') }))
  assert.ok(!canCancel({ state: 'running', steps: at('drain') }))
  assert.ok(!canCancel({ state: 'failed', steps: at('check') }))
})
