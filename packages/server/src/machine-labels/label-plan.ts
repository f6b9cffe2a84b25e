import { PlatformError } from '@berth/contract'

type Labels = Readonly<Record<string, string>>

/** A service that runs on the machine, and where its instances may run. */
export type LabelledService = { app: string; service: string; on: Labels }

/** The labels as they are to be; null takes one away. */
export const changeLabels = (labels: Labels, change: Readonly<Record<string, string | null>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ ...labels, ...change }).filter((entry): entry is [string, string] => entry[1] !== null),
  )

/** The engine ends at once what a machine no longer suits, before anything takes its place. */
export function refuseEviction(name: string, labels: Labels, running: readonly LabelledService[]): void {
  const evicted = running.filter(({ on }) => Object.entries(on).some(([label, value]) => labels[label] !== value))
  if (evicted.length === 0) return
  const needs = evicted.map(({ app, service, on }) => `${app} (${service}) needs ${describe(on)}`)
  throw new PlatformError('label_in_use', `Instances on ${name} would be ended at once: ${needs.join('; ')}`, {
    hint: `berth machines drain ${name} moves them without a gap; --force ends them, and starts them elsewhere if it can`,
  })
}

const describe = (on: Labels) =>
  Object.entries(on)
    .map(([label, value]) => `${label}=${value}`)
    .join(' and ')
