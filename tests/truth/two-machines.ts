import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { ServiceAddresses } from '@berth/contract'
import { swarmEngine } from '@berth/engine'
import { serviceAddresses } from '../../packages/server/src/truth/service-addresses.ts'
import { createMachine, type Machine, removeMachines } from '../machine.ts'
import { type Place, placeOn, untilRight } from './place.ts'
import { appImage, blog, network, shop, startApp, table } from './shop-and-blog.ts'

/** A manager and a worker that serve both apps, as this test plays their agents and the server. */
export type TwoMachines = {
  manager: Place
  worker: Place
  places: readonly Place[]
  /** Words of a service that are told beside the cluster's own. */
  invented: Map<string, string[]>
  close(): Promise<void>
}

export async function startTwoMachines(): Promise<TwoMachines> {
  const runId = randomUUID().slice(0, 8)
  try {
    return await serve(await formCluster(runId), () => removeMachines(runId))
  } catch (error) {
    await removeMachines(runId)
    throw error
  }
}

async function formCluster(runId: string): Promise<[manager: Machine, worker: Machine]> {
  const images = ['haproxy:3.2', appImage]
  const first = await createMachine({ name: 'truth1', runId, images })
  const second = await createMachine({ name: 'truth2', runId, images })
  await first.docker.swarmInit({
    ...{ ListenAddr: '0.0.0.0:2377', AdvertiseAddr: first.address },
    Spec: { Name: 'default', Dispatcher: { HeartbeatPeriod: 1_000_000_000 } }, // As in a cluster of several machines.
  })
  const { JoinTokens } = await first.docker.swarmInspect()
  await second.docker.swarmJoin({
    ...{ ListenAddr: '0.0.0.0:2377', AdvertiseAddr: second.address },
    ...{ RemoteAddrs: [`${first.address}:2377`], JoinToken: JoinTokens.Worker },
  })
  for (const Name of ['berth-system', network]) {
    await first.docker.createNetwork({ Name, Driver: 'overlay', Attachable: true, Labels: { 'berth.role': 'network' } })
  }
  for (const name of [shop, blog]) await startApp(first, name)
  return [first, second]
}

async function serve(machines: [Machine, Machine], remove: () => Promise<void>): Promise<TwoMachines> {
  const [manager, worker] = await Promise.all([placeOn(machines[0]), placeOn(machines[1])])
  const places = [manager, worker]
  const invented = new Map<string, string[]>()
  const stop = new AbortController()
  const telling = tellUntil(stop.signal, { manager, places, invented })

  async function close() {
    stop.abort()
    await telling
    await Promise.all(places.map(({ edge }) => edge.close()))
    await remove()
  }

  try {
    await Promise.all(places.map(({ edge }) => edge.apply(table)))
    for (const place of places) await untilRight(place)
  } catch (error) {
    await close()
    throw error
  }
  return { manager, worker, places, invented, close }
}

type Told = Pick<TwoMachines, 'manager' | 'places' | 'invented'>

/** As a server does, to all who can hear it. */
async function tellUntil(signal: AbortSignal, { manager, places, invented }: Told) {
  const engine = swarmEngine({ docker: manager.machine.docker })
  const withInvented = (one: ServiceAddresses): ServiceAddresses => ({
    ...one,
    running: [...one.running, ...(invented.get(one.service) ?? [])],
  })
  while (!signal.aborted) {
    const state = await engine.observe().catch(() => undefined)
    const services = state ? [...serviceAddresses(state).values()].map(withInvented) : []
    for (const { told, isCutOff } of places) {
      if (state && !isCutOff) told.hear({ isWhole: true, services, gone: [] })
    }
    await delay(1_000, undefined, { signal }).catch(() => undefined)
  }
}
