import { PlatformError, type ServiceChange } from '@berth/contract'
import { findApplicationName } from '@berth/source'
import type { Context } from '../command.ts'
import { readBuildSecrets } from './build-secrets.ts'
import { deploySource } from './deploy-source.ts'
import { printDockerfile } from './print-dockerfile.ts'
import { nameFromSource, type SourceArgument } from './source-argument.ts'

type Args = {
  /** Of what is deployed then. */
  change: ServiceChange
  name?: string | undefined
  dockerfile?: string | undefined
  folder?: string | undefined
  buildArg: string[]
  buildSecret: string[]
  buildMemory?: number | undefined
  buildTime?: number | undefined
  fresh: boolean
  push?: string | undefined
  buildOnly: boolean
  printDockerfile: boolean
  project?: string | undefined
  replicas?: number | undefined
  deadline?: number | undefined
  supersede: boolean
  detach: boolean
  json: boolean
}

/** `berth deploy .`: what was told about the build, and about what is deployed then. */
export async function deployFromSource(source: SourceArgument, args: Args, context: Context): Promise<number> {
  const { image, ...change } = args.change
  if (image) throw new PlatformError('invalid_request', 'Give either a source or --image, not both')
  const argumentNames = args.buildArg.map((text) => readBuildArg(text)[0])
  if (args.printDockerfile) return printDockerfile(source, { ...args, argumentNames }, context)
  const { supersede, deadline: deadlineMs, replicas, project, json, detach } = args
  const body = {
    app: nameFromSource(args.name ?? (await nameInSource(source, args, context)), source),
    project,
    options: buildOptions(args),
    secrets: readBuildSecrets(args.buildSecret, context.config),
    ...(args.buildOnly ? {} : { deploy: { change, supersede, deadlineMs, replicas } }),
  }
  return deploySource({ source, body, json, detach }, context)
}

async function nameInSource(source: SourceArgument, { folder }: Args, { signal }: Context) {
  return source.kind === 'git' ? undefined : findApplicationName(source.path, { folder, signal })
}

const buildOptions = ({ dockerfile, folder, buildArg, fresh, buildMemory, buildTime, push }: Args) => ({
  ...{ dockerfile, folder, noCache: fresh, memoryBytes: buildMemory, timeLimitMs: buildTime, pushTo: push },
  args: Object.fromEntries(buildArg.map(readBuildArg)),
})

function readBuildArg(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
  throw new PlatformError('invalid_request', `--build-arg: use NAME=value, not "${text}"`)
}
