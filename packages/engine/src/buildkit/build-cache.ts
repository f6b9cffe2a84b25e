import type Dockerode from 'dockerode'
import { engineFailure } from '../engine-failure.ts'
import { type GrpcClient, grpcClient } from './grpc-client.ts'
import { hijack } from './hijack.ts'
import { bytesField, message, messageOf, messagesOf, numberField, numberOf, readFields, textOf } from './protobuf.ts'

/** One thing that BuildKit keeps to be quicker the next time. */
export type BuildCacheRecord = {
  id: string
  sizeBytes: number
  /** A build needs it at this moment. */
  isInUse: boolean
  /** Also part of an image: removing it would free nothing. */
  isShared: boolean
  lastUsedAtMs: number
  /** What it is built on, which cannot go before it. */
  parentIds: string[]
}

/** All of it, whoever's builds left it. */
export const listBuildCache = (docker: Dockerode, signal: AbortSignal): Promise<BuildCacheRecord[]> =>
  asking(docker, signal, async (client) => {
    const [answer] = await Array.fromAsync(client.call(`${control}/DiskUsage`, Buffer.alloc(0), signal))
    return messagesOf(readFields(answer ?? Buffer.alloc(0)), 1).map(readRecord)
  })

/** Leaves what is in use, or what others are built on. */
export async function removeBuildCache(docker: Dockerode, ids: readonly string[], signal: AbortSignal): Promise<void> {
  if (ids.length === 0) return
  const filters = ids.map((id) => bytesField(1, `id==${id}`))
  await asking(docker, signal, (client) =>
    Array.fromAsync(client.call(`${control}/Prune`, message(...filters, numberField(2, 1)), signal)),
  )
}

const control = '/moby.buildkit.v1.Control'

async function asking<Answer>(
  docker: Dockerode,
  signal: AbortSignal,
  ask: (client: GrpcClient) => Promise<Answer>,
): Promise<Answer> {
  const client = grpcClient(await hijack(docker, { path: '/grpc' }, signal))
  try {
    return await ask(client)
  } catch (error) {
    signal.throwIfAborted()
    throw engineFailure('look after its build cache', error)
  } finally {
    client.close()
  }
}

function readRecord(bytes: Buffer): BuildCacheRecord {
  const fields = readFields(bytes)
  const usedAt = messageOf(fields, 7) ?? messageOf(fields, 6)
  // The engine's version 20.10 knows of one parent alone, and tells it in another field.
  const parents = [...messagesOf(fields, 12), ...messagesOf(fields, 5)]
  return {
    id: textOf(fields, 1),
    sizeBytes: numberOf(fields, 4),
    isInUse: numberOf(fields, 3) === 1,
    isShared: numberOf(fields, 11) === 1,
    lastUsedAtMs: usedAt ? numberOf(readFields(usedAt), 1) * 1000 : 0,
    parentIds: parents.map(String).filter((id) => id !== ''),
  }
}
