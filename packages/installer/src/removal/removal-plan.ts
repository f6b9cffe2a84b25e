type Labelled = { name: string; id: string }

/** Everything on the engine and on this machine that is Berth's, and what of others shares the place with it. */
export type ObservedRemains = {
  services: readonly Labelled[]
  containers: readonly (Labelled & { role: string })[]
  /** Machines in containers, by the names that the cluster knows them by. */
  machines: readonly Labelled[]
  networks: readonly Labelled[]
  secrets: readonly Labelled[]
  volumes: readonly Labelled[]
  /** Names of images that Berth made or put there. */
  imageNames: readonly string[]
  swarm: RemainingSwarm | undefined
  /** Whether the engine runs only because Berth started it. */
  isEngineOurs: boolean
  foreignContainers: readonly string[]
  files: readonly string[]
}

export type RemainingSwarm = {
  isOurs: boolean
  isManager: boolean
  foreignServices: readonly string[]
  otherMachines: readonly string[]
}

export type RemovalStep =
  | { kind: 'removeMachine'; name: string; id: string }
  | { kind: 'removeContainer'; name: string; id: string }
  | { kind: 'removeService'; name: string; id: string }
  | { kind: 'waitForInstances' }
  | { kind: 'removeNetwork'; name: string; id: string }
  | { kind: 'removeSecret'; name: string; id: string }
  | { kind: 'leaveSwarm' }
  | { kind: 'removeVolume'; name: string; id: string }
  | { kind: 'removeImage'; name: string }
  | { kind: 'removeFile'; path: string }
  | { kind: 'stopEngine' }

export type Removal = {
  steps: RemovalStep[]
  /** One sentence for each thing that stays, with how to remove it. */
  kept: string[]
}

/** Removes what is ours and nothing else; data only when asked to. */
export function planRemoval(observed: ObservedRemains, { withData }: { withData: boolean }): Removal {
  const { services, containers, machines, networks, secrets, swarm } = observed
  const isInstance = ({ role }: { role: string }) => ['server', 'registry', 'app'].includes(role)
  // The agent makes an edge that is missing, so it goes before the edge does.
  const [agents, others] = partition(
    containers.filter((it) => !isInstance(it)),
    ({ role }) => role === 'agent',
  )
  const otherMachines = (swarm?.otherMachines ?? []).filter(
    (name) => !machines.some((machine) => machine.name === name),
  )
  const leaves = swarm?.isOurs && swarm.foreignServices.length === 0 && otherMachines.length === 0
  const stopsEngine = observed.isEngineOurs && observed.foreignContainers.length === 0
  const steps: RemovalStep[] = [
    // While this machine can still speak for the cluster: one of them may be a manager, whose leave has to be agreed on.
    ...machines.map(({ name, id }): RemovalStep => ({ kind: 'removeMachine', name, id })),
    ...[...agents, ...others].map(({ name, id }): RemovalStep => ({ kind: 'removeContainer', name, id })),
    ...services.map(({ name, id }): RemovalStep => ({ kind: 'removeService', name, id })),
    // What a worker runs ends when it leaves, and not before.
    ...(leaves && !swarm.isManager ? [{ kind: 'leaveSwarm' } as const] : []),
    ...(services.length > 0 || containers.some(isInstance) ? [{ kind: 'waitForInstances' } as const] : []),
    ...networks.map(({ name, id }): RemovalStep => ({ kind: 'removeNetwork', name, id })),
    ...secrets.map(({ name, id }): RemovalStep => ({ kind: 'removeSecret', name, id })),
    ...(leaves && swarm.isManager ? [{ kind: 'leaveSwarm' } as const] : []),
    ...(withData ? removeData(observed) : []),
    ...(stopsEngine ? [{ kind: 'stopEngine' } as const] : []),
  ]
  return { steps, kept: [...(withData ? [] : keptData(observed)), ...keptCluster(observed)] }

  function keptCluster({ isEngineOurs, foreignContainers }: ObservedRemains): string[] {
    const kept: string[] = []
    if (swarm && !swarm.isOurs) kept.push('The swarm, which was there before Berth')
    if (swarm?.isOurs && !leaves) {
      const users = [
        ...swarm.foreignServices.map((it) => `service ${it}`),
        ...otherMachines.map((it) => `machine ${it}`),
      ]
      kept.push(`The swarm, because of ${users.join(', ')}; later: docker swarm leave --force`)
    }
    if (isEngineOurs && !stopsEngine) {
      kept.push(`The engine, because it also runs ${foreignContainers.join(', ')}`)
    }
    return kept
  }
}

const removeData = ({ volumes, imageNames, files }: ObservedRemains): RemovalStep[] => [
  ...volumes.map(({ name, id }): RemovalStep => ({ kind: 'removeVolume', name, id })),
  ...imageNames.map((name): RemovalStep => ({ kind: 'removeImage', name })),
  ...files.map((path): RemovalStep => ({ kind: 'removeFile', path })),
]

function keptData({ volumes, imageNames, files }: ObservedRemains): string[] {
  const data = [
    volumes.length > 0 ? `the volumes ${volumes.map(({ name }) => name).join(', ')}` : '',
    imageNames.length > 0 ? `${imageNames.length} images` : '',
    ...files,
  ].filter(Boolean)
  return data.length > 0 ? [`The data (${data.join('; ')}); to remove them too: ./berth down --data`] : []
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))]
}

export function describeRemoval(step: RemovalStep): string {
  switch (step.kind) {
    case 'removeMachine':
      return `Take down the machine ${step.name}`
    case 'removeContainer':
      return `Remove ${step.name}`
    case 'removeService':
      return `Stop ${step.name}`
    case 'waitForInstances':
      return 'Wait until all instances have stopped'
    case 'removeNetwork':
      return `Remove the network ${step.name}`
    case 'removeSecret':
      return `Remove the secret ${step.name}`
    case 'leaveSwarm':
      return 'Leave the swarm'
    case 'removeVolume':
      return `Remove the volume ${step.name} with its data`
    case 'removeImage':
      return `Remove the image ${step.name}`
    case 'removeFile':
      return `Remove ${step.path}`
    case 'stopEngine':
      return 'Stop the engine'
  }
}
