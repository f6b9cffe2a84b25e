import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type DeploymentFailure, type DeploymentState, deploymentStages } from '@berth/contract'
import type { DeploymentRow, NewDeployment } from './deployment-row.ts'
import type { DeploymentStore } from './deployment-store.ts'

type Opened = { deployments: DeploymentStore }
type Pick = <Choice>(choices: readonly Choice[]) => Choice

const wanted: NewDeployment = { app: 'shop', kind: 'deploy', services: [], requestedBy: 'bob', deadlineMs: 60_000 }
const failure: DeploymentFailure = { code: 'internal', message: 'bad luck', hint: null, logLines: [] }
const rank: Record<DeploymentState, number> = { pending: 0, running: 1, succeeded: 2, failed: 2, cancelled: 2 }
const positionOf = ({ stage }: DeploymentRow) => deploymentStages.indexOf(stage)

/** Whatever is asked of the store, in whatever order and however many at a time, the rows only move forward. */
export const forwardOnlySuite = (open: (t: TestContext) => Promise<Opened>) =>
  test('only moves forward under 400 random operations, up to four at a time', async (t) => {
    const { deployments } = await open(t)
    const pick = seededPick(20_301)
    let before = await all(deployments)

    for (let round = 0; round < 160; round++) {
      const operations = Array.from({ length: pick([1, 2, 3, 4]) }, () => operate(deployments, pick(before).id, pick))
      await Promise.all(operations.map((operation) => operation.catch(expected)))
      const after = await all(deployments)
      for (const row of before)
        assertForward(
          row,
          after.find(({ id }) => id === row.id),
        )
      for (const row of after) assertSound(row)
      assert.ok(after.filter(({ state }) => rank[state] < 2).length <= 1, 'two active deployments')
      before = after
    }
    assert.ok(
      before.some(({ state }) => state === 'succeeded'),
      'the operations never reached an end',
    )
  })

const all = (deployments: DeploymentStore) => deployments.list('shop', { limit: 1_000 })

function operate(deployments: DeploymentStore, anyId: string, pick: Pick): Promise<unknown> {
  const onActive = async (act: (row: DeploymentRow) => Promise<unknown>) => {
    const [active] = await deployments.listActive()
    if (active) await act(active)
  }
  const next = (row: DeploymentRow) => deploymentStages[positionOf(row) + 1] ?? 'drain'
  const forward = () => onActive((row) => deployments.advance(row.id, row.stage, next(row)))
  const release = () => onActive((row) => deployments.addRelease(row.id, []))
  const route = () => onActive((row) => deployments.switchRoute(row.id))
  const succeed = () => onActive((row) => deployments.finish(row.id, 'succeeded'))
  return pick([
    ...[forward, forward, forward, forward, release, release, route, route, succeed],
    () =>
      deployments.add(
        { ...wanted, releaseVersion: pick([undefined, 1, 2]) },
        { supersede: pick([true, false, false]) },
      ),
    () => deployments.add(wanted),
    () => deployments.advance(anyId, pick(deploymentStages), pick(deploymentStages)),
    () => deployments.setDetail(anyId, pick(deploymentStages), 'working'),
    () => deployments.begin(anyId),
    () => deployments.finish(anyId, pick(['succeeded', 'failed'] as const), failure),
    () => deployments.takeBack(anyId, failure),
    () => deployments.cancel(anyId, 'enough'),
  ])()
}

/** Refusals are answers; anything else, such as a deadlock, is a fault. */
function expected(error: unknown) {
  const codes = ['deployment_in_progress', 'conflict', 'release_not_found']
  const isRefusal =
    error instanceof RangeError || (error instanceof Error && codes.includes(`${Reflect.get(error, 'code')}`))
  if (!isRefusal) throw error
}

function assertForward(before: DeploymentRow, after: DeploymentRow | undefined) {
  assert.ok(after, 'a deployment vanished')
  if (rank[before.state] === 2) return assert.deepEqual(after, before, 'an ended deployment changed')
  assert.ok(rank[after.state] >= rank[before.state], `${before.state} became ${after.state}`)
  assert.ok(positionOf(after) >= positionOf(before), `${before.stage} became ${after.stage}`)
}

function assertSound(row: DeploymentRow) {
  const { state, stage, steps, releaseVersion, generation, finishedAtMs } = row
  const running = steps.filter((step) => step.state === 'running').map((step) => step.stage)
  assert.deepEqual(running, state === 'running' ? [stage] : [])
  assert.equal(releaseVersion !== null, positionOf(row) > deploymentStages.indexOf('release'))
  assert.equal(generation > 0, releaseVersion !== null)
  assert.equal(finishedAtMs !== null, rank[state] === 2)
  if (state === 'succeeded') assert.equal(stage, 'drain')
}

function seededPick(seed: number): Pick {
  let state = seed
  return (choices) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return choices[Math.floor((state / 2 ** 32) * choices.length)] as (typeof choices)[number]
  }
}
