import { PlatformError } from '@berth/contract'
import type { MachineEngine } from '@berth/engine'
import type { Log } from '../log.ts'
import type { Clock } from './clock.ts'
import { type ContainerSettings, edgeName, ensureEdgeContainer } from './edge-container.ts'
import { type EdgeFiles, readRendered, writeRendered } from './edge-files.ts'
import type { EdgeSystem, RenderedEdge } from './edge-system.ts'
import { askHaproxy } from './haproxy-socket.ts'

const startTimeoutMs = 10_000
const pollMs = 50

type Deps = { engine: MachineEngine; files: EdgeFiles; settings: ContainerSettings; clock: Clock; log: Log }

export type HaproxyBuild = Pick<EdgeSystem, 'haproxyVersion' | 'hasLua'>

/** Brings the container up and answers with what is in it. `plainest` is what every version of HAProxy takes. */
export async function startEdge(deps: Deps, plainest: RenderedEdge, signal: AbortSignal): Promise<HaproxyBuild> {
  const { engine, files } = deps
  if (!(await readRendered(files))) await writeRendered(files, plainest)
  if (!(await comesUp(deps, signal))) await startPlain(deps, plainest, signal)
  const { output } = await engine.execInContainer(edgeName, ['haproxy', '-vv'], signal)
  return { haproxyVersion: parseVersion(output), hasLua: parseHasLua(output) }
}

/** A configuration that an earlier image took may be refused by this one. */
async function startPlain(deps: Deps, plainest: RenderedEdge, signal: AbortSignal): Promise<void> {
  const { engine, files, log } = deps
  log.warn('edge_start_failed', { container: await engine.inspectContainer(edgeName, signal) })
  await writeRendered(files, plainest)
  await engine.removeContainer(edgeName, signal)
  if (await comesUp(deps, signal)) return
  throw new PlatformError('engine_failed', 'The edge does not start', { hint: `docker logs ${edgeName}` })
}

async function comesUp({ engine, files, settings, clock }: Deps, signal: AbortSignal): Promise<boolean> {
  await ensureEdgeContainer(engine, settings, signal)
  const deadlineMs = clock.nowMs() + startTimeoutMs
  while (clock.nowMs() < deadlineMs) {
    const info = await askHaproxy(files.adminSocket, 'show info', signal).catch(() => '')
    if (info.includes('Pid:')) return true
    await clock.wait(pollMs, signal)
    signal.throwIfAborted()
  }
  return false
}

export function parseVersion(output: string): [number, number] | null {
  const match = /version (\d+)\.(\d+)/i.exec(output)
  return match ? [Number(match[1]), Number(match[2])] : null
}

export const parseHasLua = (output: string) => /(^|\s)\+LUA(\s|$)/.test(output)
