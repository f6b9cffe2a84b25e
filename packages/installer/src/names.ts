/** On everything that Berth made; what does not carry it is never touched. */
export const roleLabel = 'berth.role'
/** Hash of what a part was made from, to see whether it is still right. */
export const specLabel = 'berth.spec'

const containerRoles = new Set(['server', 'registry', 'agent', 'edge', 'app', 'machine', 'trial'])

/** Whether a container is Berth's. One also inherits its image's labels, so a user's own may say `image`. */
export const isOurContainer = (labels: Readonly<Record<string, string>> | undefined): boolean =>
  containerRoles.has(labels?.[roleLabel] ?? '')

export const systemNetwork = 'berth-system'
export const edgeNetwork = 'berth-edge'
export const volumes = ['berth-server', 'berth-registry', 'berth-agent', 'berth-edge'] as const
export const serverService = 'berth-server'
export const registryService = 'berth-registry'
export const agentContainer = 'berth-agent'
export const edgeContainer = 'berth-edge'
export const imageRepository = '127.0.0.1:5000/berth'
/** The stage that the dashboard is built in. It has a name so that it is found when it is to go; it is never pushed. */
export const buildStageRepository = '127.0.0.1:5000/berth-dashboard-build'
export const edgeImage = 'haproxy:3.2'
/** Where the edge's image is in Berth's registry, for machines that can take it from nowhere else. */
export const publishedEdgeImage = (image: string) => `127.0.0.1:5000/berth-edge:${image.split(':').at(-1)}`
/** Those that every machine has. */
export const memberVolumes = ['berth-agent', 'berth-edge'] as const
export const registryImage = 'registry:2'
export const agentPort = 7443
