import { isDeepStrictEqual } from 'node:util'
import type { ActivityEvent, App, Deployment, Instance, Machine, Relocation } from '@berth/contract'

/** What only the page of one app shows. */
export type AppFocus = { readonly instances: readonly Instance[]; readonly deployment: Deployment | undefined }

/** Everything that pages show, as it was at one moment. What has not changed is the same object as before. */
export interface LivePicture {
  /** By name, in order. */
  readonly apps: ReadonlyMap<string, App>
  readonly machines: readonly Machine[]
  /** The newest, newest first. */
  readonly relocations: readonly Relocation[]
  /** The newest, newest first. */
  readonly activity: readonly ActivityEvent[]
  /** Of those apps that somebody looks at more closely. */
  readonly focus: ReadonlyMap<string, AppFocus>
}

/**
 * The picture with everything that is as before replaced by what was there before, so that what is new can be told by
 * identity. What machines measure never stands still: it is new only when that is due.
 */
export function settle(before: LivePicture, after: LivePicture, areStatsDue: boolean): LivePicture {
  return {
    apps: settleMap(before.apps, after.apps, kept),
    machines: settleMachines(before.machines, after.machines, areStatsDue),
    relocations: kept(before.relocations, after.relocations),
    activity: after.activity,
    focus: settleMap(before.focus, after.focus, (old, next) => ({
      instances: kept(old.instances, next.instances),
      deployment: kept(old.deployment, next.deployment),
    })),
  }
}

const kept = <Value>(before: Value, after: Value): Value => (isDeepStrictEqual(before, after) ? before : after)

function settleMap<Value>(
  before: ReadonlyMap<string, Value>,
  after: ReadonlyMap<string, Value>,
  settleOne: (before: Value, after: Value) => Value,
): ReadonlyMap<string, Value> {
  return new Map(
    [...after].map(([name, next]) => {
      const old = before.get(name)
      return [name, old === undefined ? next : settleOne(old, next)]
    }),
  )
}

function settleMachines(before: readonly Machine[], after: readonly Machine[], areStatsDue: boolean) {
  const same = areStatsDue
    ? isDeepStrictEqual(before, after)
    : isDeepStrictEqual(before.map(withoutStats), after.map(withoutStats))
  return same ? before : after
}

const withoutStats = ({ stats, lastSeenAt: _, ...machine }: Machine) => ({ ...machine, hasStats: stats !== null })
