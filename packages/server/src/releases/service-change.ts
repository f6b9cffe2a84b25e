import {
  anywhere,
  formatBytes,
  formatCpu,
  type Placement,
  PlatformError,
  type Resources,
  type ServiceChange,
  type ServiceSpec,
} from '@berth/contract'

/** What a service is unless someone says otherwise. */
export const defaultService: Omit<ServiceSpec, 'image'> = {
  name: 'web',
  env: {},
  // Without limits one app can take the whole machine; a reservation is a promise that only its owner can weigh.
  resources: { memoryBytes: 512 * 1024 ** 2 },
  healthCheck: {},
  replayUnsafeRequests: false,
  stopTimeoutMs: 10_000,
}

/** The service as it is to be: what the change leaves out stays. Throws `invalid_request` where it contradicts itself. */
export function applyChange(service: ServiceSpec, change: ServiceChange): ServiceSpec {
  const { env = {}, command, port, resources, placement, ...rest } = change
  const changed: ServiceSpec = {
    ...service,
    ...withoutUndefined(rest),
    resources: changeResources(service.resources, resources),
    env: withoutNull({ ...service.env, ...env }),
  }
  if (command !== undefined) changed.command = command ?? undefined
  if (port !== undefined) changed.port = port ?? undefined
  if (placement !== undefined) changed.placement = changePlacement(service.placement, placement)
  refuseContradictions(changed)
  return withoutUndefined(changed)
}

function changeResources(resources: Resources, change: ServiceChange['resources'] = {}): Resources {
  const changed = Object.entries({ ...resources, ...withoutUndefined(change) })
  return Object.fromEntries(changed.filter(([, amount]) => amount !== null))
}

/** Undefined for anywhere, so that there is one way to say it. */
function changePlacement(
  { on, spread } = anywhere,
  change: NonNullable<ServiceChange['placement']>,
): Placement | undefined {
  const placement: Placement = {
    on: withoutNull({ ...on, ...change.on }),
    spread: change.spread === undefined ? spread : change.spread,
  }
  const isAnywhere = Object.keys(placement.on).length === 0 && placement.spread === null
  return isAnywhere ? undefined : placement
}

/** The engine would refuse it as well, but only when the instances are made. */
function refuseContradictions({ resources }: ServiceSpec) {
  const { memoryBytes, reservedMemoryBytes = 0, cpuMillis, reservedCpuMillis = 0 } = resources
  if (memoryBytes !== undefined && reservedMemoryBytes > memoryBytes) {
    const [reserved, limit] = [formatBytes(reservedMemoryBytes), formatBytes(memoryBytes)]
    throw new PlatformError(
      'invalid_request',
      `The reservation of ${reserved} of memory is above the limit of ${limit}`,
      {
        hint: 'Raise --memory as well, or reserve less',
      },
    )
  }
  if (cpuMillis !== undefined && reservedCpuMillis > cpuMillis) {
    const [reserved, limit] = [formatCpu(reservedCpuMillis), formatCpu(cpuMillis)]
    throw new PlatformError('invalid_request', `The reservation of ${reserved} cores is above the limit of ${limit}`, {
      hint: 'Raise --cpu as well, or reserve less',
    })
  }
}

const withoutNull = (values: Record<string, string | null>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== null))

function withoutUndefined<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Value
}
