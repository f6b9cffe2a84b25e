import type Docker from 'dockerode'
import { type Platform, startPlatform } from '../../tests/e2e/platform.ts'
import { removeSession } from '../../tests/machine.ts'
import type { Bench } from './run-bench.ts'

export { until } from '../../tests/e2e/platform.ts'
export type { Platform }

/** Berth on a machine of its own, gone with all that is on it when the run ends. */
export async function openPlatform(bench: Bench): Promise<Platform> {
  // All machines of the run carry this; it is known before there is a platform that could be asked to remove itself.
  process.env.BERTH_TEST_RUN = `bench-${bench.runId}`
  bench.atEnd(() => removeSession(`bench-${bench.runId}`))
  const startedAtMs = performance.now()
  const platform = await startPlatform('bench')
  bench.atEnd(() => platform.remove())
  bench.say(
    `A fresh machine with Berth on it: ${((performance.now() - startedAtMs) / 1000).toFixed(0)} s (not measured)`,
  )
  return platform
}

export const parts = ['server', 'agent', 'edge', 'registry'] as const
export type Part = (typeof parts)[number]

export async function containerOf({ machine }: Platform, part: Part): Promise<Docker.Container> {
  const [found] = await machine.docker.listContainers({ filters: { label: [`berth.role=${part}`] } })
  if (!found) throw new Error(`No ${part} runs`)
  return machine.docker.getContainer(found.Id)
}
