import { isDeepStrictEqual } from 'node:util'
import type Docker from 'dockerode'
import { agentContainer, edgeContainer, registryService, serverService } from '../names.ts'

/** One of Berth's own parts, as its engine sees it. */
export type PartState = {
  name: string
  isRunning: boolean
  /** The engine's words for its state: "preparing", "rejected: No such image", "exited with code 1". */
  detail: string
  /** Newest first; the newest of a part that keeps ending may not have written anything yet. */
  containerIds: string[]
}

/** In the order in which they depend on each other: the first that does not run is the one to look at. */
export async function readPartStates(docker: Docker): Promise<PartState[]> {
  return Promise.all([
    readService(docker, registryService),
    readService(docker, serverService),
    readContainer(docker, agentContainer),
    readContainer(docker, edgeContainer),
  ])
}

type Task = {
  CreatedAt: string
  Spec: { ContainerSpec?: unknown }
  Status: { State: string; Err?: string; Message?: string; ContainerStatus?: { ContainerID?: string } }
}

async function readService(docker: Docker, name: string): Promise<PartState> {
  const service = await docker.getService(name).inspect().catch(undefinedIfMissing)
  const tasks = (await docker.listTasks({ filters: { service: [name] } }).catch(noneIfMissing)) as Task[]
  const [newest, ...older] = tasks.toSorted((a, b) => b.CreatedAt.localeCompare(a.CreatedAt))
  if (!newest) return { name, isRunning: false, detail: 'is not there', containerIds: [] }
  const { State: state, Err: problem } = newest.Status
  // Just after a change the instance that is about to be replaced still runs, and still answers.
  const isCurrent = isDeepStrictEqual(newest.Spec.ContainerSpec, service?.Spec.TaskTemplate.ContainerSpec)
  const formerProblem = state === 'running' ? undefined : older.find(({ Status }) => Status.Err)?.Status.Err
  return {
    name,
    isRunning: state === 'running' && isCurrent,
    detail: [isCurrent ? state : 'about to be replaced', problem ?? formerProblem].filter(Boolean).join(': '),
    containerIds: [newest, ...older].flatMap(({ Status }) => Status.ContainerStatus?.ContainerID || []),
  }
}

async function readContainer(docker: Docker, name: string): Promise<PartState> {
  const inspected = await docker.getContainer(name).inspect().catch(undefinedIfMissing)
  if (!inspected) return { name, isRunning: false, detail: 'is not there', containerIds: [] }
  const { Status: status, ExitCode: exitCode } = inspected.State
  const isRunning = status === 'running'
  return {
    name,
    isRunning,
    detail: isRunning ? status : `${status}, exit code ${exitCode}`,
    containerIds: [inspected.Id],
  }
}

/** The last lines of the newest of these containers that wrote any. */
export async function readLastLines(docker: Docker, containerIds: readonly string[], count = 25): Promise<string[]> {
  for (const id of containerIds) {
    const options = { stdout: true, stderr: true, tail: count }
    const raw = await docker.getContainer(id).logs(options).catch(undefinedIfMissing)
    const lines = raw ? splitFrames(raw) : []
    if (lines.length > 0) return lines
  }
  return []
}

/** Without a terminal the engine puts an 8-byte header before each piece: stream, three zeros, length. */
export function splitFrames(raw: Buffer): string[] {
  let text = ''
  for (let at = 0; at + 8 <= raw.length; ) {
    const length = raw.readUInt32BE(at + 4)
    text += raw.toString('utf8', at + 8, at + 8 + length)
    at += 8 + length
  }
  return text.split('\n').filter((line) => line !== '')
}

function undefinedIfMissing(error: { statusCode?: number }): undefined {
  if (error.statusCode === 404) return undefined
  throw error
}

const noneIfMissing = (error: { statusCode?: number }) => undefinedIfMissing(error) ?? []
