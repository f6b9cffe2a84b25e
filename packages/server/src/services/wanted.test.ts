import assert from 'node:assert/strict'
import { test } from 'node:test'
import { appStore } from '../apps/app-store.ts'
import { onSqlite, openForTest } from '../database/test-databases.ts'
import { deploymentStore } from '../deployments/deployment-store.ts'
import { releaseStore } from '../releases/release-store.ts'
import { liveDeployments } from './live-deployments.ts'
import { wantedReader } from './wanted.ts'

const asked = { services: [], requestedBy: 'ann', deadlineMs: 60_000 }

test('a deployment that takes the route while it is read leaves what it replaces wanted', async (t) => {
  const deps = await openForTest(t, await onSqlite.place(t))
  const stores = { apps: appStore(deps), deployments: deploymentStore(deps), releases: releaseStore(deps) }
  const { apps, deployments } = stores
  async function bringToSwitch(id: string) {
    await deployments.advance(id, 'resolve', 'release')
    await deployments.addRelease(id, [])
    for (const [from, to] of [['pull', 'start'] as const, ['start', 'check'] as const, ['check', 'switch'] as const]) {
      await deployments.advance(id, from, to)
    }
  }
  const app = { name: 'shop', project: 'default', replicas: 1 }
  const { deployment: first } = await apps.createWithDeployment({ app, deployment: asked })
  await bringToSwitch(first.id)
  await deployments.switchRoute(first.id)
  await deployments.finish(first.id, 'succeeded')
  const second = await deployments.add({ ...asked, app: 'shop', kind: 'deploy' })
  await bringToSwitch(second.id)

  const listActive = async () => {
    const active = await deployments.listActive()
    await deployments.switchRoute(second.id)
    return active
  }
  const wanted = await wantedReader({ ...stores, deployments: { ...deployments, listActive } })()
  assert.deepEqual(
    liveDeployments(wanted).map(({ deployment, role }) => [deployment.id, role]),
    [
      [second.id, 'serving'],
      [first.id, 'draining'],
    ],
  )
})
