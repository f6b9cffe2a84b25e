import { join } from 'node:path'
import { type JoinTicket, PlatformError, parseJoinToken } from '@berth/contract'
import Docker from 'dockerode'
import type { InstallerConfig } from '../config.ts'
import { imagesOfDoor, imagesOfEngine } from '../joining/image-source.ts'
import { openJoinDoor } from '../joining/join-door.ts'
import { type JoinedMachine, joinMachine } from '../joining/join-machine.ts'
import { checkMachine } from '../preflight/preflight.ts'
import { prepareEngine } from '../prerequisites.ts'
import { stateDir } from '../state/state-dir.ts'
import type { StepRunner } from '../steps.ts'

type Options = { address: string | undefined; step: StepRunner; signal?: AbortSignal | undefined }

/** Makes this machine a member of the cluster that the token is of, with nothing but the token. */
export async function joinHere(token: string, config: InstallerConfig, options: Options): Promise<JoinedMachine> {
  const { step, signal } = options
  const ticket = parseJoinToken(token)
  const docker = new Docker({ socketPath: config.dockerSocket })
  const { isThisMachine } = config
  await refuseFirstMachine(config)
  const httpPort = await step('Read the token', () => readHttpPort(ticket, signal))
  await step('Check this machine', () =>
    checkMachine(docker, { httpPort, isThisMachine, databaseUrl: undefined, isJoining: true }),
  )
  await step('Container engine', (report) => prepareEngine(config, stateDir(config.stateDir), report))
  return joinMachine({
    docker,
    ticket,
    address: options.address ?? config.address,
    edgeAddress: isThisMachine ? '127.0.0.1' : undefined,
    mayLeaveSwarm: false,
    // Another machine's engine cannot be given the registry at its own 127.0.0.1 from here.
    images: (door, settings) => (isThisMachine ? imagesOfDoor(door, settings.images) : imagesOfEngine(new Docker())),
    step,
    signal,
  })
}

async function readHttpPort(ticket: JoinTicket, signal?: AbortSignal): Promise<number> {
  const door = await openJoinDoor(ticket, signal)
  return (await door.settings(signal)).httpPort
}

/** Its data would be left behind, and it would be looked for in two clusters. */
async function refuseFirstMachine({ stateDir: path }: InstallerConfig): Promise<void> {
  const { installedAt } = await stateDir(path).readRecord()
  if (installedAt === undefined) return
  throw new PlatformError('conflict', 'A Berth of its own is installed on this machine', {
    hint: `Remove it first, with its data: ./berth down --data (see ${join(path, 'install.json')})`,
  })
}
