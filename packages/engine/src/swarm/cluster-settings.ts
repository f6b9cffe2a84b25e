import type Dockerode from 'dockerode'
import type { Engine } from '../engine.ts'
import { engineCall } from '../engine-failure.ts'
import type { SwarmNode, SwarmSettings } from './swarm-types.ts'

const msInNs = 1_000_000

type Methods = Pick<Engine, 'joinTokens' | 'rotateJoinTokens' | 'setHeartbeat'>

/** What is set for the cluster as a whole. */
export const clusterSettingsOf = (docker: Dockerode): Methods => ({
  async joinTokens(signal) {
    const [{ JoinTokens }, nodes] = await engineCall('read the join tokens of the cluster', signal, () =>
      Promise.all([
        docker.swarmInspect() as Promise<SwarmSettings>,
        docker.listNodes({ abortSignal: signal }) as Promise<SwarmNode[]>,
      ]),
    )
    return { worker: JoinTokens.Worker, manager: JoinTokens.Manager, managerAddresses: managerAddressesOf(nodes) }
  },

  rotateJoinTokens: (signal) =>
    engineCall('renew the join tokens of the cluster', signal, async () => {
      const settings: SwarmSettings = await docker.swarmInspect()
      await update(docker, settings, { rotateWorkerToken: true, rotateManagerToken: true })
    }),

  setHeartbeat: (heartbeatMs, signal) =>
    engineCall('set how often machines show that they live', signal, async () => {
      const settings: SwarmSettings = await docker.swarmInspect()
      const Dispatcher = { ...settings.Spec.Dispatcher, HeartbeatPeriod: heartbeatMs * msInNs }
      if (Dispatcher.HeartbeatPeriod === settings.Spec.Dispatcher?.HeartbeatPeriod) return
      await update(docker, { ...settings, Spec: { ...settings.Spec, Dispatcher } })
    }),
})

const update = (docker: Dockerode, { Version, Spec }: SwarmSettings, query: object = {}) =>
  docker.swarmUpdate({ _query: { version: Version.Index, ...query }, _body: Spec })

export const managerAddressesOf = (nodes: readonly SwarmNode[]): string[] =>
  nodes
    .filter(({ ManagerStatus }) => ManagerStatus?.Reachability !== 'unreachable')
    .flatMap(({ ManagerStatus }) => (ManagerStatus?.Addr ? [ManagerStatus.Addr] : []))
    .toSorted()
