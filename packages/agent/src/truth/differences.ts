import type { Backend, ServiceAddresses, UnreachableInstance } from '@berth/contract'
import type { ServerRow } from '../edge/haproxy-answers.ts'

/** `missing`: an instance that gets no requests; `ghost`: an address that gets them and is no instance of the service. */
export type Difference = { kind: 'missing' | 'ghost'; backend: string; address: string }
export type Comparison = { differences: Difference[]; unreachable: UnreachableInstance[] }
export type Told = ReadonlyMap<string, ServiceAddresses>

/** The edge's servers against the cluster's instances. Done every other second, so it must stay cheap. Pure. */
export function compare(backends: readonly Backend[], rows: readonly ServerRow[], told: Told): Comparison {
  const byBackend = Map.groupBy(rows.filter(isServer), ({ backend }) => backend)
  const compared = backends.map(({ name }) => compareBackend(name, byBackend.get(name) ?? [], told.get(name)))
  return {
    differences: compared.flatMap(({ differences }) => differences),
    unreachable: compared.flatMap(({ unreachable }) => unreachable),
  }
}

function compareBackend(backend: string, rows: readonly ServerRow[], told: ServiceAddresses | undefined): Comparison {
  const running = new Set(told?.running)
  const served = new Set(rows.filter(takesRequests).map(addressOf))
  const missing = [...running].filter((address) => !served.has(address))
  const ghosts = [...served].filter((address) => !running.has(address) && !told?.passing.includes(address))
  const unreachable = rows.filter((row) => running.has(addressOf(row)) && cannotConnect(row))
  return {
    differences: [
      ...missing.map((address): Difference => ({ kind: 'missing', backend, address })),
      ...ghosts.map((address): Difference => ({ kind: 'ghost', backend, address })),
    ],
    unreachable: unreachable.map((row) => ({
      backend,
      address: addressOf(row),
      isRefused: /refused/i.test(row.checkDetail),
    })),
  }
}

const isServer = ({ server, address }: ServerRow) =>
  server !== 'BACKEND' && server !== 'FRONTEND' && address !== '' && !address.startsWith('0.0.0.0')

/** Also one that is down at the moment: by its checks, which are the edge's own business. */
const takesRequests = ({ status }: ServerRow) => !status.startsWith('MAINT') && !status.startsWith('DRAIN')

/** By its check, two times in a row; a new one has had none yet. */
const cannotConnect = ({ status, checkStatus }: ServerRow) =>
  !status.startsWith('UP') && (checkStatus === 'L4TOUT' || checkStatus === 'L4CON')

const addressOf = ({ address }: ServerRow) => address.replace(/:\d+$/, '')

export const keyOf = ({ kind, backend, address }: Difference) => `${kind} ${backend} ${address}`

/** Since when each difference is there. What is gone is forgotten. */
export type History = ReadonlyMap<string, number>

export const continued = (history: History, keys: readonly string[], nowMs: number): History =>
  new Map(keys.map((key) => [key, history.get(key) ?? nowMs]))
