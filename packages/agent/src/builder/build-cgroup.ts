import { constants } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { type CgroupMount, parseCgroupKills } from '../stats/cgroup-files.ts'
import {
  type BuildCaps,
  type BuildPlace,
  type CgroupFolders,
  type CgroupWrite,
  cgroupFoldersOf,
  enginePath,
  planCaps,
  planRelease,
} from './build-cgroup-plan.ts'

/** Holds all that BuildKit runs on this machine to limits, for one build at a time. */
export interface BuildCgroup {
  /** In force when it resolves; throws where the kernel does not take them. */
  hold(caps: BuildCaps): Promise<void>
  /** How many processes were ended for want of memory, ever; null where the kernel tells it only of each cgroup by itself. */
  kills(): Promise<number | null>
  /** True once nothing runs there any more; what does not end by itself is ended where the kernel can. */
  emptied(): Promise<boolean>
  /** Limits nothing any more. */
  release(): Promise<void>
}

/** The kernel's files are there, or else there is no such limit. */
const existing = constants.O_WRONLY | constants.O_TRUNC
const emptyPatienceMs = 10_000
const lookEveryMs = 50

/** Undefined where the kernel's files are not here. */
export function buildCgroup(
  { cgroupParent, paths }: BuildPlace,
  mounts: readonly CgroupMount[],
): BuildCgroup | undefined {
  const found = paths.map((path) => cgroupFoldersOf(path, mounts))
  const all = found.filter((folders) => folders !== undefined)
  const [ours] = all // The first is where our own builds run; the engine's may hold other people's, too.
  if (!ours || all.length < paths.length) return undefined
  return {
    async hold(caps) {
      for (const folders of all) {
        await make(folders)
        for (const write of planCaps(folders, caps)) await apply(write)
        await confirm(folders, caps)
      }
    },
    kills: () => killsIn(ours),
    async emptied() {
      const endMs = performance.now() + emptyPatienceMs
      for (;;) {
        if ((await processesIn(ours)) === 0) return true
        if (performance.now() > endMs) return false
        if (cgroupParent !== undefined) await endAll(ours)
        await sleep(lookEveryMs)
      }
    },
    async release() {
      for (const folders of all) for (const write of planRelease(folders)) await apply(write)
    },
  }
}

/** Whether the engine keeps its containers where it does by default: this agent is one of them. */
export async function isEnginePath(mounts: readonly CgroupMount[]): Promise<boolean> {
  const folders = cgroupFoldersOf(enginePath, mounts)
  if (!folders) return false
  const names = await readdir(folders.version === 1 ? folders.memory : folders.folder).catch(() => [])
  return names.some((name) => /^[0-9a-f]{64}$/.test(name))
}

async function make(folders: CgroupFolders) {
  if (folders.version === 1) {
    for (const folder of [folders.memory, folders.cpu, folders.pids]) await mkdir(folder, { recursive: true })
    return
  }
  await mkdir(folders.folder, { recursive: true })
  const controllers = await readFile(`${folders.folder}/cgroup.controllers`, 'utf8')
  const missing = ['memory', 'cpu', 'pids'].filter((name) => !controllers.split(/\s+/).includes(name))
  if (missing.length > 0) throw new Error(`No controllers ${missing.join(', ')} in ${folders.folder}`)
}

async function apply({ file, value, isOptional = false }: CgroupWrite) {
  try {
    await writeFile(file, value, { flag: existing })
  } catch (error) {
    if (!isOptional) throw error
  }
}

/** The kernel rounds to pages, and takes what it cannot keep without a word on some systems. */
async function confirm(folders: CgroupFolders, { memoryBytes, processes }: BuildCaps) {
  const [memory, pids] =
    folders.version === 1
      ? [`${folders.memory}/memory.limit_in_bytes`, `${folders.pids}/pids.max`]
      : [`${folders.folder}/memory.max`, `${folders.folder}/pids.max`]
  const [limitBytes, most] = [Number(await readFile(memory, 'utf8')), Number(await readFile(pids, 'utf8'))]
  if (limitBytes <= memoryBytes && most <= processes) return
  throw new Error(`The limits of ${memory} are not in force`)
}

async function killsIn(folders: CgroupFolders): Promise<number | null> {
  if (folders.version === 1) return null
  const text = await readFile(`${folders.folder}/memory.events`, 'utf8').catch(() => '')
  return parseCgroupKills(text)
}

async function processesIn(folders: CgroupFolders): Promise<number> {
  const file = folders.version === 1 ? `${folders.pids}/pids.current` : `${folders.folder}/pids.current`
  return Number(await readFile(file, 'utf8').catch(() => '0'))
}

/** Version 1 has no way to end the processes of a cgroup that this one cannot see by id. */
async function endAll(folders: CgroupFolders) {
  if (folders.version === 2) await apply({ file: `${folders.folder}/cgroup.kill`, value: '1', isOptional: true })
}
