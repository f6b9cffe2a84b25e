export type ServerRow = {
  backend: string
  server: string
  address: string
  status: string
  /** Such as L4OK, L7STS or, while it has never been checked, INI. */
  checkStatus: string
  checkCode: string
  checkDetail: string
  current: number
  queued: number
  /** Since the worker began, as the one below. */
  requests: number
  /** Answers of 500 and above. */
  errors: number
  /** Of a frontend, those too that it answered by itself or has not answered yet. */
  requestsTotal: number
}

/** `show stat` as rows of servers (and of BACKEND, whose queue belongs to no server yet). */
export function parseStat(csv: string): ServerRow[] {
  const [header = '', ...lines] = csv.replace(/^# /, '').split('\n').filter(Boolean)
  const places = new Map(header.split(',').map((name, place) => [name, place]))
  return lines.map((line) => {
    const fields = splitCsv(line)
    return serverRow((name) => fields[places.get(name) ?? -1] ?? '')
  })
}

const serverRow = (field: (name: string) => string): ServerRow => ({
  backend: field('pxname'),
  server: field('svname'),
  address: field('addr'),
  status: field('status'),
  checkStatus: field('check_status').replace(/^\* /, ''), // A star: the next check is under way.
  checkCode: field('check_code'),
  checkDetail: field('last_chk'),
  current: Number(field('scur') || 0),
  queued: Number(field('qcur') || 0),
  requests: Number(field('stot') || 0),
  errors: Number(field('hrsp_5xx') || 0),
  requestsTotal: Number(field('req_tot') || 0),
})

/** Only the details of checks are quoted, and those may hold commas; a line without is split much quicker. */
const splitCsv = (line: string) => (line.includes('"') ? splitQuoted(line) : line.split(','))

const splitQuoted = (line: string) =>
  [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, field = '']) =>
    field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field,
  )

export type Workers = { currentPid: number | null; failedReloads: number; oldPids: number[] }

/** `show proc` of the master socket. */
export function parseProc(text: string): Workers {
  const [current = '', old = ''] = text.split('# old workers')
  const workerPid = (line: string) => /^(\d+)\s+worker\s/.exec(line)?.[1]
  const pids = (part: string) =>
    part
      .split('\n')
      .flatMap((line) => workerPid(line) ?? [])
      .map(Number)
  return {
    currentPid: pids(current)[0] ?? null,
    failedReloads: Number(/\[failed: (\d+)\]/.exec(text)?.[1] ?? 0),
    oldPids: pids(old),
  }
}
