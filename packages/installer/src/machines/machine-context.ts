import type { Client } from '@berth/contract'
import Docker from 'dockerode'
import type { Invocation, Output } from '../command-line/command.ts'
import { type MachineSite, ownSite } from '../machine-containers/machine-site.ts'
import type { StepGroup, StepRunner } from '../steps.ts'
import { signIn } from './login.ts'

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

/** On this computer, as whoever is signed in. */
export async function openMachines(
  { config, signal }: Pick<Invocation, 'config' | 'signal'>,
  { step, group }: Output,
): Promise<MachineContext> {
  const outer = new Docker({ socketPath: config.dockerSocket })
  return { outer, site: ownSite, imagesFrom: outer, client: await signIn(config), step, group, signal }
}
