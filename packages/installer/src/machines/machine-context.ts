import type { Client } from '@berth/contract'
import type Docker from 'dockerode'
import type { MachineSite } from '../machine-containers/machine-site.ts'
import type { StepGroup, StepRunner } from '../steps.ts'

/** What the commands about machines work with. */
export type MachineContext = {
  /** The engine that runs the machines in containers. */
  outer: Docker
  site: MachineSite
  /** An engine that has the images of Berth's own parts. */
  imagesFrom: Docker
  client: Client
  step: StepRunner
  group: StepGroup
  signal?: AbortSignal | undefined
}
