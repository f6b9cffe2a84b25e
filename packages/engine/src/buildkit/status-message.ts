import { messageOf, messagesOf, numberOf, readFields, textOf } from './protobuf.ts'

/** One piece of work of a build: an instruction, or what the builder does for it. */
export type Vertex = {
  digest: string
  name: string
  isCached: boolean
  startedAtMs: number | null
  completedAtMs: number | null
  /** Empty for one that did not fail. */
  error: string
}

/** How much of something is done, such as of a layer that is being pulled. */
export type VertexStatus = {
  id: string
  vertex: string
  currentBytes: number
  totalBytes: number
  isComplete: boolean
}

/** A piece of what it wrote: it begins and ends anywhere, also within a character. */
export type VertexLog = { vertex: string; bytes: Buffer }

/** moby.buildkit.v1.StatusResponse: only what is new since the one before. */
export type BuildStatus = { vertexes: Vertex[]; statuses: VertexStatus[]; logs: VertexLog[] }

export function readStatus(bytes: Buffer): BuildStatus {
  const fields = readFields(bytes)
  return {
    vertexes: messagesOf(fields, 1).map(readVertex),
    statuses: messagesOf(fields, 2).map(readVertexStatus),
    logs: messagesOf(fields, 3).map(readLog),
  }
}

function readVertex(bytes: Buffer): Vertex {
  const fields = readFields(bytes)
  return {
    digest: textOf(fields, 1),
    name: textOf(fields, 3),
    isCached: numberOf(fields, 4) === 1,
    startedAtMs: timeOf(messageOf(fields, 5)),
    completedAtMs: timeOf(messageOf(fields, 6)),
    error: textOf(fields, 7),
  }
}

function readVertexStatus(bytes: Buffer): VertexStatus {
  const fields = readFields(bytes)
  return {
    id: textOf(fields, 1),
    vertex: textOf(fields, 2),
    currentBytes: numberOf(fields, 4),
    totalBytes: numberOf(fields, 5),
    isComplete: messageOf(fields, 8) !== undefined,
  }
}

function readLog(bytes: Buffer): VertexLog {
  const fields = readFields(bytes)
  return { vertex: textOf(fields, 1), bytes: messageOf(fields, 4) ?? Buffer.alloc(0) }
}

function timeOf(bytes: Buffer | undefined): number | null {
  if (!bytes) return null
  const fields = readFields(bytes)
  return numberOf(fields, 1) * 1000 + Math.floor(numberOf(fields, 2) / 1e6)
}
