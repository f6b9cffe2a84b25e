import type { StatsEvent } from '@berth/contract'

export type CpuHistory = ReturnType<typeof cpuHistory>

/** How busy each machine, app and instance was while one looks, for so many seconds back. */
export function cpuHistory(seconds: number) {
  let history = new Map<string, (number | null)[]>()

  return {
    add({ machines, apps, instances }: StatsEvent) {
      const now = new Map<string, number | null>([
        ...machines.map(({ machine, cpuRatio }) => [machine, cpuRatio] as const),
        ...apps.map(({ app, cpuRatio }) => [`app ${app}`, cpuRatio] as const),
        ...instances.map(({ id, cpuRatio }) => [`instance ${id}`, cpuRatio] as const),
      ])
      const added = [...now].map(([key, value]) => [key, [...(history.get(key) ?? []), value].slice(-seconds)] as const)
      history = new Map(added)
    },
    of: (key: string): readonly (number | null)[] => history.get(key) ?? [],
  }
}
