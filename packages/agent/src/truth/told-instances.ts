import type { machineVerbs, ServiceAddresses, VerbInput } from '@berth/contract'

/** The server renews its word every three seconds. */
const validMs = 10_000

export type InstancesWord = VerbInput<(typeof machineVerbs)['setInstances']>
export type ToldInstances = ReturnType<typeof toldInstances>

/**
 * What the server said last of where the instances are. In memory only: an old word may not be acted upon, since an address
 * that was an app's a while ago can be another's now.
 */
export function toldInstances(nowMs: () => number) {
  const services = new Map<string, ServiceAddresses>()
  let toldAtMs = Number.NEGATIVE_INFINITY

  return {
    hear({ isWhole, services: told, gone }: InstancesWord) {
      if (isWhole) services.clear()
      for (const service of gone) services.delete(service)
      for (const each of told) services.set(each.service, each)
      toldAtMs = nowMs()
    },
    /** What was said is old. */
    forget() {
      toldAtMs = Number.NEGATIVE_INFINITY
    },
    /** Undefined while there is no word that is fresh enough. */
    services: (): ReadonlyMap<string, ServiceAddresses> | undefined =>
      nowMs() - toldAtMs <= validMs ? services : undefined,
  }
}
