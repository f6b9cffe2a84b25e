import {
  createJoinToken,
  listMachines,
  type Machine,
  type MachineRole,
  PlatformError,
  parseJoinToken,
} from '@berth/contract'
import { imagesOfEngine } from '../joining/image-source.ts'
import { joinMachine } from '../joining/join-machine.ts'
import {
  createMachineContainer,
  type KnownMachine,
  listMachineContainers,
  type MachineContainer,
  removeMachineContainer,
  startMachineContainer,
} from '../machine-containers/machine-container.ts'
import { buildMachineImage } from '../machine-containers/machine-image.ts'
import type { MachineLimits } from '../machine-containers/machine-options.ts'
import { freeBytes } from '../preflight/facts.ts'
import type { StepRunner } from '../steps.ts'
import { clusterView } from './cluster-view.ts'
import { type CreationFacts, type CreationWish, planCreation, requireServerHere } from './creation-plan.ts'
import type { MachineContext } from './machine-context.ts'

export type Creation = CreationWish & MachineLimits & { role: MachineRole; isNewer?: boolean | undefined }

export type CreatedMachine = { name: string; address: string; socketPath: string }

/** Makes machines in containers, side by side, each done when it serves. Those that came up stay when others did not. */
export async function createMachines(creation: Creation, context: MachineContext): Promise<CreatedMachine[]> {
  const { client, outer, site, step, group, signal } = context
  const listed = await client.call(listMachines, {})
  requireServerHere(listed, site)
  const here = await listMachineContainers(outer, site)
  const names = planCreation(creation, await gatherFacts(context, listed, here))
  const { isNewer } = creation
  const image = await step('Image of the machines', ({ progress }) =>
    buildMachineImage(outer, { isNewer, onProgress: progress, signal }),
  )
  const outcomes = await group(names, (name, steps) =>
    createMachine(
      { ...creation, image, name, found: here.find(({ machine }) => machine.name === name) },
      steps,
      context,
    ),
  )
  const failures = outcomes.filter(({ status }) => status === 'rejected')
  signal?.throwIfAborted()
  if (failures.length === 0) return outcomes.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : []))
  throw new PlatformError('engine_failed', describeFailures(names, outcomes), {
    hint: `What was begun for ${failures.length === 1 ? 'it' : 'them'} was removed. Run it again once that is put right`,
  })
}

/** One that is here and is no whole member yet is not in the way: it is completed. */
async function gatherFacts(
  { outer }: MachineContext,
  listed: readonly Machine[],
  here: readonly KnownMachine[],
): Promise<CreationFacts> {
  const { DockerRootDir } = await outer.info()
  const halves = here.filter(({ machine: { name } }) => !listed.some((it) => it.name === name && it.state === 'ready'))
  return {
    takenNames: listed.map(({ name }) => name).filter((name) => !halves.some(({ machine }) => machine.name === name)),
    avoidedNames: here.map(({ machine }) => machine.name),
    availableMemoryBytes: process.availableMemory(),
    freeDiskBytes: await freeBytes(DockerRootDir),
  }
}

type One = MachineLimits & { name: string; image: string; role: MachineRole; found: KnownMachine | undefined }

async function createMachine(one: One, step: StepRunner, context: MachineContext): Promise<CreatedMachine> {
  const { name, role, found } = one
  const { client, outer, site, imagesFrom, signal } = context
  const { token } = await client.call(createJoinToken, { body: { machine: name, role } })
  const machine = await startContainer(one, step, context)
  try {
    await joinMachine({
      docker: machine.docker,
      ticket: parseJoinToken(token),
      address: machine.address,
      // Its volume may be that of a machine of an earlier Berth, which was taken down and kept its data.
      mayLeaveSwarm: true,
      images: () => imagesOfEngine(imagesFrom),
      cluster: clusterView(client),
      step,
      signal,
    })
  } catch (error) {
    if (!found) await step('Undo: remove the container', () => removeMachineContainer(outer, site, name))
    throw error
  }
  return { name, address: machine.address, socketPath: machine.socketPath }
}

async function startContainer(
  { found, ...one }: One,
  step: StepRunner,
  { outer, site, signal }: MachineContext,
): Promise<MachineContainer> {
  return step('Start the container', async () => {
    if (!found) return createMachineContainer(outer, site, { ...one, signal })
    await startMachineContainer(found.machine, signal)
    return found.machine
  })
}

function describeFailures(names: readonly string[], outcomes: readonly PromiseSettledResult<unknown>[]): string {
  const words = outcomes.flatMap((outcome, index) => {
    if (outcome.status === 'fulfilled') return []
    const { message, hint } = outcome.reason as Error & { hint?: string }
    return [`${names[index]}: ${message}${hint ? `\n  ${hint}` : ''}`]
  })
  return words.join('\n')
}
