import { type Build, type BuildOptions, type Client, createBuild, getBuild, uploadSource } from '@berth/contract'
import { until } from '../harness/platform.ts'

type Wanted = { options?: Partial<BuildOptions>; isDeployed: boolean }

/** As `berth deploy <archive>` does it. */
export async function sendBuild(
  client: Client,
  app: string,
  { options = {}, isDeployed }: Wanted,
  source: { stream: ReadableStream<Uint8Array>; sizeBytes: number },
): Promise<Build> {
  const body = {
    ...{ app, options, source: { kind: 'archive' as const, name: `${app}.tar`, sizeBytes: source.sizeBytes } },
    ...(isDeployed ? { deploy: {} } : {}),
  }
  const { id } = await client.call(createBuild, { body })
  const upload = { body: source.stream, sizeBytes: source.sizeBytes }
  return client.call(uploadSource, { params: { app, buildId: id } }, { upload })
}

export async function untilEnded(client: Client, { app, id: buildId }: Build): Promise<Build> {
  return until(
    `the build of ${app} has ended`,
    () => client.call(getBuild, { params: { app, buildId } }),
    ({ finishedAt }) => finishedAt !== null,
    180_000,
  )
}

export async function untilBuilt(client: Client, build: Build): Promise<void> {
  const { state, failure } = await untilEnded(client, build)
  if (state !== 'succeeded') throw new Error(`The build of ${build.app} has ${state}: ${failure?.message}`)
}
