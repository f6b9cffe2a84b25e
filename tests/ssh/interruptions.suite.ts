import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { plainSteps, type StepRunner } from '../../packages/installer/src/steps.ts'
import { inventory, packagesOf } from './looks.ts'
import { type RemoteCluster, silent } from './remote-cluster.ts'

/** A joining that ends in the middle is taken back, or completed by the next one. */
export const interruptionsSuite = (given: () => RemoteCluster) =>
  describe('an addition that does not come to its end', () => {
    test('a connection that is lost in the middle leaves nothing half done, and that is what is said', async () => {
      const { shared, add, stateOf } = given()
      const before = await inventory(shared)
      const step = when('Bring the images', () => shared.dropSessions())
      await assert.rejects(
        add(shared, { step, target: `root@${shared.address}` }),
        /The connection to root@\S+ was lost/,
      )
      assert.equal(await inventory(shared), before)
      assert.equal(await stateOf('shared'), undefined)
    })

    test('a run that was killed after the machine had joined is completed by the next one', async () => {
      const { shared, add, untilReady } = given()
      const killed = new Promise<void>((resolve) => {
        const step: StepRunner = (title, work) => {
          if (title !== 'Start the agent') return plainSteps(silent)(title, work)
          resolve()
          return new Promise(() => undefined)
        }
        void add(shared, { step })
      })
      await killed
      await shared.dropSessions()
      const { changes } = (await add(shared)) ?? {}
      assert.equal(changes?.includes('Start the agent'), true)
      assert.equal(changes?.includes('Bring the images'), false)
      await untilReady('shared')
    })

    test('one that is interrupted after it has joined is taken out again', async () => {
      const { bare, add, stateOf } = given()
      const stop = new AbortController()
      const before = await packagesOf(bare)
      const step = when('Wait until it serves', () => stop.abort(new Error('Interrupted by SIGINT')))
      await assert.rejects(add(bare, { step, signal: stop.signal }), /Interrupted by SIGINT/)
      assert.equal(await stateOf('bare'), undefined)
      assert.equal(await packagesOf(bare), before)
    })
  })

/** Does something once, as soon as a step with this title says what it is doing. */
const when = (title: string, act: () => unknown): StepRunner => {
  let hasActed = false
  const once = () => {
    if (!hasActed) act()
    hasActed = true
  }
  const step = plainSteps(silent)
  return (name, work) =>
    step(name, (report) => {
      if (name !== title) return work(report)
      return work({ ...report, progress: once })
    })
}
