import { AppName, type createApp, type InputOf, PlatformError, type ServiceChange } from '@berth/contract'
import { quote } from '../terminal/plain-text.ts'

/** What `berth deploy` was told, after its flags were checked. */
export interface DeployArgs {
  image?: string | undefined
  name?: string | undefined
  port?: number | undefined
  worker: boolean
  command?: string[] | undefined
  cpu?: number | undefined
  memory?: number | undefined
  /** Null: what is observed. */
  reserveCpu?: number | null | undefined
  reserveMemory?: number | null | undefined
  /** Labels that machines must have; null takes a condition away. */
  on?: Record<string, string | null>
  /** Null: over machines alone. */
  spread?: string | null | undefined
  healthPath?: string | undefined
  replayUnsafeRequests: boolean
}

/** The name that was given, or else the last part of the image's path: `ghcr.io/team/shop:1.2` is `shop`. */
export function chooseName({ name, image }: Pick<DeployArgs, 'name' | 'image'>): string {
  if (name) return name
  if (!image) throw new PlatformError('invalid_request', 'say what to deploy: --image <image>, and --name <name>')
  const last = image.replace(/@.*$/, '').split('/').at(-1)?.replace(/:.*$/, '') ?? ''
  const derived = AppName.safeParse(last.replace(/[._-]+/g, '-'))
  if (derived.success) return derived.data
  throw new PlatformError('invalid_request', `--name: give one, because ${quote(last)} cannot name an app`)
}

/** Only what was said: everything else stays as it was in the release before. */
export function toChange(args: DeployArgs, env: Record<string, string | null>): ServiceChange {
  if (args.worker && args.port) throw new PlatformError('invalid_request', '--worker: a worker has no --port')
  if (args.worker && args.healthPath) {
    throw new PlatformError('invalid_request', '--health-path: a worker takes no requests')
  }
  const resources = {
    cpuMillis: args.cpu,
    memoryBytes: args.memory,
    reservedCpuMillis: args.reserveCpu,
    reservedMemoryBytes: args.reserveMemory,
  }
  return defined({
    image: args.image,
    port: args.worker ? null : args.port,
    command: args.command,
    env: Object.keys(env).length > 0 ? env : undefined,
    resources: orUndefined(defined(resources)),
    placement: orUndefined(defined({ on: orUndefined(args.on ?? {}), spread: args.spread })),
    healthCheck: args.healthPath ? { path: args.healthPath } : undefined,
    replayUnsafeRequests: args.replayUnsafeRequests || undefined,
  })
}

export type NewApp = InputOf<typeof createApp>['body']

/** An app that takes no traffic by mistake looks like one that is broken, so that choice has to be said. */
export function checkNewApp(name: string, change: ServiceChange): ServiceChange & { image: string } {
  const { image, port } = change
  if (!image) {
    throw new PlatformError('invalid_request', `there is no app ${name} yet, so --image <image> is needed`)
  }
  if (port === undefined) {
    throw new PlatformError('invalid_request', `--port is needed for the new app ${name}`, {
      hint: 'Use --port <the port it listens on>, or --worker if it takes no traffic',
    })
  }
  return { ...change, image }
}

export function checkChange(name: string, change: ServiceChange): ServiceChange {
  if (Object.keys(change).length > 0) return change
  throw new PlatformError('invalid_request', `nothing to change in ${name}`, {
    hint: `To replace its instances by new ones: berth restart ${name}`,
  })
}

const defined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T

const orUndefined = <T extends object>(value: T): T | undefined => (Object.keys(value).length > 0 ? value : undefined)
