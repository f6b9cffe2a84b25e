import type { GrpcClient } from './grpc-client.ts'
import { bytesField, mapField, mapOf, message, numberField, readFields } from './protobuf.ts'
import { type BuildStatus, readStatus } from './status-message.ts'

export type SolveRequest = {
  /** Ours, to follow it by. */
  ref: string
  sessionId: string
  /** What the Dockerfile's reader is told. */
  frontend: Readonly<Record<string, string>>
}

/** Builds, tells how far it is, and answers with the id of the image. Throws `GrpcError` with the builder's words. */
export async function solve(
  client: GrpcClient,
  asked: SolveRequest,
  onStatus: (status: BuildStatus) => Promise<void>,
  signal: AbortSignal,
): Promise<string> {
  const stopFollowing = new AbortController()
  const following = follow(client, asked.ref, onStatus, AbortSignal.any([signal, stopFollowing.signal]))
  following.catch(() => undefined)
  try {
    const [answer] = await Array.fromAsync(client.call('/moby.buildkit.v1.Control/Solve', solveMessage(asked), signal))
    await following
    return mapOf(readFields(answer ?? Buffer.alloc(0)), 1).get('containerimage.digest') ?? ''
  } catch (error) {
    // What was written before it failed says why; it ends by itself, unless the connection is gone.
    const patience = setTimeout(() => stopFollowing.abort(), statusPatienceMs)
    await following.catch(() => undefined)
    clearTimeout(patience)
    throw error
  }
}

const statusPatienceMs = 3_000

async function follow(
  client: GrpcClient,
  ref: string,
  onStatus: (status: BuildStatus) => Promise<void>,
  signal: AbortSignal,
) {
  for await (const bytes of client.call('/moby.buildkit.v1.Control/Status', bytesField(1, ref), signal)) {
    await onStatus(readStatus(bytes))
  }
}

const solveMessage = ({ ref, sessionId, frontend }: SolveRequest): Buffer =>
  message(
    bytesField(1, ref),
    bytesField(3, 'moby'), // Into the engine's own images.
    bytesField(5, sessionId),
    bytesField(6, 'dockerfile.v0'),
    mapField(7, frontend),
    bytesField(8, ''), // No cache from or to elsewhere; an absent message is more than older engines bear.
    numberField(11, 1), // Kept in no history: newer engines would keep all that was written, for good.
  )
