import type { SlimRequest } from '@berth/contract'
import type { ReleaseService } from '../releases/release-store.ts'

type Asked = { app: string; host: string; paths: string[]; isAggressive: boolean }

/** An image is proven as its service runs. */
export const slimRequestOf = (
  { imageDigest, env, command, port, healthCheck, resources }: ReleaseService,
  asked: Asked,
): SlimRequest => ({
  ...asked,
  image: imageDigest,
  env,
  command: command ?? null,
  port: port ?? null,
  healthPath: healthCheck.path ?? null,
  cpuMillis: resources.cpuMillis ?? null,
  memoryBytes: resources.memoryBytes ?? null,
})
