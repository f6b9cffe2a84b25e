import type { Backend, BackendStatus, EdgeStatus } from '@berth/contract'
import type { ServerRow } from './haproxy-answers.ts'
import { type Counted, nothingCounted } from './request-counts.ts'

export function backendStatuses(
  backends: readonly Backend[],
  rows: readonly ServerRow[],
  counts: ReadonlyMap<string, Counted>,
): BackendStatus[] {
  const byBackend = Map.groupBy(rows, (row) => row.backend)
  return backends.map(({ name }) => ({
    ...backendStatus(name, byBackend.get(name) ?? []),
    ...(counts.get(name) ?? nothingCounted),
  }))
}

function backendStatus(name: string, rows: readonly ServerRow[]): Omit<BackendStatus, keyof Counted> {
  const own = rows.filter((row) => row.server !== 'FRONTEND')
  const known = onePerAddress(own.filter((row) => row.server !== 'BACKEND' && hasAddress(row)))
  const down = known.filter((row) => !isUp(row))
  const sum = own.filter((row) => row.server === 'BACKEND')
  return {
    name,
    up: known.length - down.length,
    known: known.length,
    inFlight: sum.reduce((total, row) => total + row.current, 0),
    lastCheck: down.map(checkInWords).find((words) => words !== null) ?? null,
  }
}

/** What was entered by its address is in it twice for a moment, once DNS gives it. */
const onePerAddress = (rows: readonly ServerRow[]): ServerRow[] => [
  ...new Map(rows.toSorted((a, b) => Number(isUp(a)) - Number(isUp(b))).map((row) => [row.address, row])).values(),
]

/** An instance that left DNS keeps its last address for a while, in maintenance. */
const hasAddress = ({ address, status }: ServerRow) =>
  address !== '' && !address.startsWith('0.0.0.0') && !status.startsWith('MAINT')

/** Before its first check HAProxy 2.6 calls a server UP; here only a check that passed counts. */
const isUp = ({ status, checkStatus }: ServerRow) => status.startsWith('UP') && /^L[47]OKC?$/.test(checkStatus)

const words: Readonly<Record<string, string>> = {
  L4TOUT: 'connect timed out',
  L6TOUT: 'timed out',
  L7TOUT: 'timed out',
  SOCKERR: 'the edge could not open a connection',
}

function checkInWords({ checkStatus, checkCode, checkDetail }: ServerRow): string | null {
  if (checkStatus === 'L7STS') return `HTTP ${checkCode}`
  if (checkStatus === 'L4CON') return describeConnectFailure(checkDetail)
  if (checkStatus === 'L7RSP') return checkDetail ? `invalid answer (${checkDetail})` : 'invalid answer'
  return words[checkStatus] ?? null
}

function describeConnectFailure(detail: string): string {
  if (/refused/i.test(detail)) return 'connection refused'
  if (/no route/i.test(detail)) return 'no route to it'
  return 'could not connect'
}

/** Whether someone who watches would want to know at once. Requests come and go; only their beginning and end count. */
export function isVisibleChange(before: EdgeStatus, after: EdgeStatus): boolean {
  return JSON.stringify(visible(before)) !== JSON.stringify(visible(after))
}

const visible = ({ fingerprint, error, backends, joining = null }: EdgeStatus) => ({
  joining,
  fingerprint,
  error,
  backends: backends.map(({ requests: _, errors: __, ...backend }) => ({ ...backend, inFlight: backend.inFlight > 0 })),
})

export const isSettled = ({ backends }: EdgeStatus) => backends.every(({ up, known }) => up === known)
