import { setTimeout as delay } from 'node:timers/promises'
import type Docker from 'dockerode'
import type { Machine } from '../../tests/machine.ts'
import { readCpuMicros } from '../harness/container.ts'

const MiB = 1024 ** 2
const windowMs = 10_000
const windows = 3

export type Usage = { workingSetMiB: number[]; residentMiB: number[]; cpuPercent: number[] }

/** All of them during the same windows, so that what else the machine does hits all alike. */
export async function measureUsage<Name extends string>(
  machine: Machine,
  containers: Record<Name, Docker.Container>,
  signal: AbortSignal,
): Promise<Record<Name, Usage>> {
  const names = Object.keys(containers) as Name[]
  const usage = Object.fromEntries(
    names.map((name) => [name, { workingSetMiB: [], residentMiB: [], cpuPercent: [] }]),
  ) as unknown as Record<Name, Usage>
  for (let window = 0; window < windows; window++) {
    const before = await readClocks(containers)
    await delay(windowMs, undefined, { signal })
    const after = await readClocks(containers)
    for (const name of names) {
      const { cpuMicros, atMs } = after[name]
      const usedMs = (cpuMicros - before[name].cpuMicros) / 1000
      usage[name].cpuPercent.push((100 * usedMs) / (atMs - before[name].atMs))
      usage[name].workingSetMiB.push(await workingSetMiB(containers[name]))
      usage[name].residentMiB.push(await residentMiB(machine, containers[name]))
    }
  }
  return usage
}

async function readClocks<Name extends string>(containers: Record<Name, Docker.Container>) {
  const entries = Object.entries<Docker.Container>(containers).map(async ([name, container]) => {
    const cpuMicros = await readCpuMicros(container)
    return [name, { cpuMicros, atMs: performance.now() }]
  })
  return Object.fromEntries(await Promise.all(entries)) as Record<Name, { cpuMicros: number; atMs: number }>
}

/** What the cgroup holds without the page cache that the kernel takes back first. */
async function workingSetMiB(container: Docker.Container): Promise<number> {
  const { memory_stats: memory } = await container.stats({ stream: false, 'one-shot': true })
  const stats: Record<string, number> = { ...memory.stats }
  const inactiveFile = stats.total_inactive_file ?? stats.inactive_file ?? 0 // Version 1 of cgroups, or 2.
  return (memory.usage - inactiveFile) / MiB
}

/** Of all its processes. Pages that two of them share count twice, and so do those of the program's file itself. */
async function residentMiB(machine: Machine, container: Docker.Container): Promise<number> {
  const { Titles: titles, Processes: processes } = await container.top({ ps_args: '-eo pid,rss' })
  const column = titles.indexOf('RSS')
  if (column < 0) throw new Error(`ps on ${machine.name} shows no RSS: ${titles}`)
  return processes.reduce((sum: number, row: string[]) => sum + Number(row[column]), 0) / 1024
}
