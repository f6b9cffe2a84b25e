import type {
  AppState,
  BuildState,
  BuildStep,
  DeploymentState,
  DeploymentStep,
  InstanceState,
  Machine,
  RelocationState,
  SystemCheck,
} from '@berth/contract'

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'idle'
export type Shape =
  | 'full'
  | 'half'
  | 'turning'
  | 'cross'
  | 'triangle'
  | 'tick'
  | 'square'
  | 'hollow'
  | 'dashed'
  | 'slash'
export type Look = { word: string; tone: Tone; shape: Shape }

const look = (word: string, tone: Tone, shape: Shape): Look => ({ word, tone, shape })

/** The same state looks the same on every page; no two states of one thing share a shape. */
export const looks: {
  app: Record<AppState, Look>
  instance: Record<InstanceState, Look>
  deployment: Record<DeploymentState, Look>
  build: Record<BuildState, Look>
  buildStep: Record<BuildStep['state'] | 'cancelled', Look>
  step: Record<DeploymentStep['state'], Look>
  machine: Record<Machine['state'], Look>
  availability: Record<Machine['availability'], Look>
  relocation: Record<RelocationState, Look>
  check: Record<SystemCheck['state'], Look>
} = {
  app: {
    deploying: look('Deploying', 'busy', 'turning'),
    running: look('Running', 'good', 'full'),
    degraded: look('Degraded', 'warn', 'half'),
    down: look('Down', 'bad', 'cross'),
    stopped: look('Stopped', 'idle', 'square'),
    empty: look('Nothing deployed', 'idle', 'dashed'),
  },
  instance: {
    pending: look('Waiting', 'idle', 'hollow'),
    starting: look('Starting', 'busy', 'turning'),
    running: look('Running', 'good', 'full'),
    stopping: look('Stopping', 'idle', 'half'),
    complete: look('Ended', 'idle', 'square'),
    failed: look('Failed', 'bad', 'cross'),
  },
  deployment: {
    pending: look('Waiting', 'idle', 'hollow'),
    running: look('Deploying', 'busy', 'turning'),
    succeeded: look('Succeeded', 'good', 'tick'),
    failed: look('Failed', 'bad', 'cross'),
    cancelled: look('Cancelled', 'idle', 'slash'),
  },
  build: {
    waiting: look('Waiting', 'idle', 'hollow'),
    queued: look('Queued', 'idle', 'dashed'),
    running: look('Building', 'busy', 'turning'),
    succeeded: look('Built', 'good', 'tick'),
    failed: look('Failed', 'bad', 'cross'),
    cancelled: look('Cancelled', 'idle', 'slash'),
  },
  buildStep: {
    running: look('Under way', 'busy', 'turning'),
    done: look('Done', 'good', 'tick'),
    failed: look('Failed', 'bad', 'cross'),
    cancelled: look('Cancelled', 'idle', 'slash'),
  },
  step: {
    waiting: look('Waiting', 'idle', 'hollow'),
    running: look('Under way', 'busy', 'turning'),
    done: look('Done', 'good', 'tick'),
    failed: look('Failed', 'bad', 'cross'),
    skipped: look('Skipped', 'idle', 'slash'),
  },
  machine: {
    ready: look('Ready', 'good', 'full'),
    agent_missing: look('Agent missing', 'warn', 'half'),
    down: look('Down', 'bad', 'cross'),
  },
  availability: {
    active: look('Active', 'good', 'tick'),
    cordoned: look('Cordoned', 'warn', 'triangle'),
    draining: look('Draining', 'busy', 'turning'),
    drained: look('Drained', 'idle', 'square'),
  },
  relocation: {
    pending: look('Waiting', 'idle', 'hollow'),
    running: look('Moving', 'busy', 'turning'),
    succeeded: look('Succeeded', 'good', 'tick'),
    failed: look('Failed', 'bad', 'cross'),
    cancelled: look('Cancelled', 'idle', 'slash'),
  },
  check: {
    ok: look('OK', 'good', 'tick'),
    warning: look('Warning', 'warn', 'triangle'),
    failed: look('Failed', 'bad', 'cross'),
  },
}
