import { rename, rm, writeFile } from 'node:fs/promises'
import { PlatformError } from '@berth/contract'
import type { MachineEngine } from '@berth/engine'
import type { Clock } from './clock.ts'
import { edgeName } from './edge-container.ts'
import { type EdgeFiles, readRendered, replaceFile, writeRendered } from './edge-files.ts'
import { edgeFolder, hostsMapPath } from './edge-paths.ts'
import type { RenderedEdge } from './edge-system.ts'
import { parseProc } from './haproxy-answers.ts'
import { askHaproxy, replaceMap } from './haproxy-socket.ts'

const reloadTimeoutMs = 15_000
const pollMs = 20

type Deps = { engine: MachineEngine; files: EdgeFiles; clock: Clock }

/** The running edge first: were it the file and the edge refused, a later reload would bring what was refused. */
export async function applyMap({ files }: Deps, hostsMap: string, signal?: AbortSignal): Promise<void> {
  await replaceMap(files.adminSocket, { path: hostsMapPath, text: hostsMap }, signal)
  await replaceFile(files.hostsMap, hostsMap)
}

/** After a failure the files are what they were, and the edge goes on as it was. */
export async function applyByReload(deps: Deps, wanted: RenderedEdge, signal?: AbortSignal): Promise<void> {
  const { files } = deps
  const before = await readRendered(files)
  const newConfig = `${files.config}.new`
  await writeFile(newConfig, wanted.config, { mode: 0o600 })
  await replaceFile(files.hostsMap, wanted.hostsMap) // Read only at a start; the running worker has its own copy.
  try {
    await validate(deps, signal)
    await saveServerState(files, signal)
    await rename(newConfig, files.config)
    await reload(deps, signal)
  } catch (error) {
    if (before) await writeRendered(files, before)
    throw error
  } finally {
    await rm(newConfig, { force: true })
    // Addresses go to other instances in time: an edge that starts later must look them up.
    await rm(files.state, { force: true })
  }
}

async function validate({ engine }: Deps, signal?: AbortSignal): Promise<void> {
  const check = await engine.execInContainer(edgeName, ['haproxy', '-c', '-f', `${edgeFolder}/haproxy.cfg.new`], signal)
  if (check.exitCode === 0) return
  throw new PlatformError('engine_failed', `The edge refuses its configuration: ${alerts(check.output)}`)
}

const alerts = (output: string) =>
  output
    .split('\n')
    .filter((line) => line.includes('[ALERT]'))
    .join(' ')
    .slice(0, 1000) || output.slice(0, 1000)

/** Without it the new worker knows no address until DNS answered, and has only 503 for every request until then. */
async function saveServerState(files: EdgeFiles, signal?: AbortSignal): Promise<void> {
  const state = await askHaproxy(files.adminSocket, 'show servers state', signal)
  await writeFile(files.state, state.trimStart(), { mode: 0o600 })
}

async function reload({ files, clock }: Deps, signal?: AbortSignal): Promise<void> {
  const before = parseProc(await askHaproxy(files.masterSocket, 'show proc', signal))
  await askHaproxy(files.masterSocket, 'reload', signal)
  const deadlineMs = clock.nowMs() + reloadTimeoutMs
  while (clock.nowMs() < deadlineMs) {
    signal?.throwIfAborted()
    const pid = await newWorker(files, before, signal)
    if (pid !== null && (await workerAnswers(files, pid, signal))) return
    await clock.wait(pollMs, signal)
  }
  throw new PlatformError('engine_failed', `The edge did not finish a reload in ${reloadTimeoutMs / 1000} s`)
}

/** The master starts itself anew, and its socket refuses for a moment; then it tells the new worker or the failure. */
async function newWorker(
  files: EdgeFiles,
  before: { currentPid: number | null; failedReloads: number },
  signal?: AbortSignal,
): Promise<number | null> {
  const text = await askHaproxy(files.masterSocket, 'show proc', signal).catch(() => null)
  if (text === null) return null
  const { currentPid, failedReloads } = parseProc(text)
  if (failedReloads > before.failedReloads) throw new PlatformError('engine_failed', 'The edge failed to reload')
  return currentPid === before.currentPid ? null : currentPid
}

async function workerAnswers(files: EdgeFiles, pid: number, signal?: AbortSignal): Promise<boolean> {
  const info = await askHaproxy(files.adminSocket, 'show info', signal).catch(() => '')
  return new RegExp(`^Pid: ${pid}$`, 'm').test(info)
}
