import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { RegistryCredentials } from '@berth/contract'
import type Dockerode from 'dockerode'
import { GrpcError, grpcStatus } from './grpc-client.ts'
import { type GrpcMethod, serveGrpc } from './grpc-server.ts'
import { hijack } from './hijack.ts'
import { bytesField, message, numberField, readFields, textOf } from './protobuf.ts'

/** What a build may ask back for while it runs. */
export type SessionOffer = {
  /** A tar, read once. */
  context: Readable
  secrets?: Readonly<Record<string, string>> | undefined
  credentials: readonly RegistryCredentials[]
}

export type BuildSession = {
  id: string
  /** Where the engine finds the context. */
  contextUrl: string
  close(): void
}

const methodNames = {
  health: '/grpc.health.v1.Health/Check',
  secret: '/moby.buildkit.secrets.v1.Secrets/GetSecret',
  credentials: '/moby.filesync.v1.Auth/Credentials',
  upload: '/moby.upload.v1.Upload/Pull',
} as const

/** Opened before the build, which names it. Secrets leave this process only on it, and only when a step asks. */
export async function openSession(docker: Dockerode, offer: SessionOffer, signal: AbortSignal): Promise<BuildSession> {
  const id = randomUUID()
  const uploadId = randomUUID()
  const socket = await hijack(
    docker,
    {
      path: '/session',
      headers: {
        'X-Docker-Expose-Session-Uuid': id,
        'X-Docker-Expose-Session-Name': 'berth',
        'X-Docker-Expose-Session-Grpc-Method': Object.values(methodNames),
      },
    },
    signal,
  )
  const session = serveGrpc(socket, sessionMethods(offer, uploadId), (error) => offer.context.destroy(asError(error)))
  const close = () => {
    session.destroy()
    offer.context.destroy()
  }
  return { id, contextUrl: `http://buildkit-session/${uploadId}`, close }
}

export function sessionMethods(
  { context, secrets = {}, credentials }: SessionOffer,
  uploadId: string,
): ReadonlyMap<string, GrpcMethod> {
  const methods: Record<keyof typeof methodNames, GrpcMethod> = {
    async *health() {
      yield numberField(1, 1) // Serving.
    },
    async *secret({ request }) {
      const id = textOf(readFields(await request()), 1)
      const value = Object.hasOwn(secrets, id) ? secrets[id] : undefined
      if (value === undefined) throw new GrpcError(grpcStatus.notFound, `no build secret ${id}`)
      yield bytesField(1, value)
    },
    async *credentials({ request }) {
      const host = textOf(readFields(await request()), 1)
      const found = credentials.find((one) => one.host === (hubHosts.has(host) ? 'docker.io' : host))
      // Without any, the registry is asked as anybody.
      yield found ? message(bytesField(1, found.username), bytesField(2, found.password)) : Buffer.alloc(0)
    },
    async *upload({ headers }) {
      if (headers.urlpath !== `/${uploadId}`) throw new GrpcError(grpcStatus.notFound, 'no such upload')
      for await (const piece of context) yield bytesField(1, piece as Buffer)
    },
  }
  return new Map(Object.entries(methods).map(([name, method]) => [methodNames[name as keyof typeof methods], method]))
}

const hubHosts = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io', 'https://index.docker.io/v1/'])

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)))
