import * as app from './app.ts'
import * as backup from './backup.ts'
import * as build from './build.ts'
import * as deployment from './deployment.ts'
import * as disk from './disk.ts'
import type { AnyEndpoint } from './endpoint.ts'
import * as image from './image.ts'
import * as imageAnalysis from './image-analysis.ts'
import * as imageSlimming from './image-slimming.ts'
import * as invitation from './invitation.ts'
import * as joining from './joining.ts'
import * as live from './live.ts'
import * as machine from './machine.ts'
import * as machineRole from './machine-role.ts'
import * as me from './me.ts'
import * as placement from './placement.ts'
import * as project from './project.ts'
import * as reachability from './reachability.ts'
import * as registry from './registry.ts'
import * as relocation from './relocation.ts'
import * as repository from './repository.ts'
import * as stats from './stats.ts'
import * as system from './system.ts'
import * as user from './user.ts'
import * as webhook from './webhook.ts'

const isEndpoint = (value: unknown): value is AnyEndpoint =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'access' in value

/** Every declared endpoint: what the server must serve and the gate's test must walk. */
export const endpoints: readonly AnyEndpoint[] = [
  app,
  backup,
  build,
  deployment,
  disk,
  image,
  imageAnalysis,
  imageSlimming,
  invitation,
  joining,
  live,
  machine,
  machineRole,
  me,
  placement,
  project,
  reachability,
  stats,
  registry,
  relocation,
  repository,
  system,
  user,
  webhook,
].flatMap((module) => Object.values(module).filter(isEndpoint))
