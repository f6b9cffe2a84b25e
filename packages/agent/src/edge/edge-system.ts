/** What an edge is told by its machine rather than by the routes. */
export type EdgeSystem = {
  /** Under which apps get their names; Berth itself is `berth.<domain>`. */
  domain: string
  machineAddress: string
  /** Address of the machine on the edge's bridge: the one source that may speak to the registry. */
  registryGateway: string
  probeSecret: string
  /** Such as [3, 2]; null while it has not been asked. */
  haproxyVersion: readonly [number, number] | null
  /** Whether HAProxy can run the script that makes requests wait. Every usual build can. */
  hasLua: boolean
}

export type RenderedEdge = { config: string; hostsMap: string }
