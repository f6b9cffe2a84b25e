/** What Berth writes on everything it makes, and the only thing it goes by when it looks for its own. */
export const labelName = {
  role: 'berth.role',
  app: 'berth.app',
  service: 'berth.service',
  release: 'berth.release',
  deployment: 'berth.deployment',
  /** The specHash that a thing was made from. */
  spec: 'berth.spec',
  /** Name of the service that an instance belongs to, which outlives the service itself. */
  serviceName: 'berth.service-name',
  /** On a machine that Berth paused or drained: on whose behalf. */
  cordon: 'berth.cordon',
  /** On a machine that is open for a moment: the availability that it goes back to. */
  opened: 'berth.opened',
} as const

/** Begins the labels of a machine that people gave it. */
export const machineLabelPrefix = 'berth.label.'

/** Set by the engine on the container of each instance. */
export const instanceIdLabel = 'com.docker.swarm.task.id'

export const roles = [
  'server',
  'agent',
  'edge',
  'registry',
  'app',
  'network',
  'volume',
  'secret',
  'image',
  'trial',
] as const
export type Role = (typeof roles)[number]

export type Labels = Record<string, string>

export const roleLabel = (role: Role) => `${labelName.role}=${role}`
export const hasRole = (labels: Labels | null | undefined, role: Role) => labels?.[labelName.role] === role
