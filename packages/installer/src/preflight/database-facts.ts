import { connect } from 'node:net'
import type { DatabaseFacts } from './preflight-plan.ts'

const timeoutMs = 5_000
const postgresPort = 5432

/** Whether something listens where a URL such as postgres://user:secret@db.example.org/berth points. */
export async function gatherDatabaseFacts(url: string): Promise<DatabaseFacts> {
  const { hostname: host, port } = new URL(url)
  const place = { host, port: Number(port) || postgresPort }
  return { ...place, trouble: await troubleAt(place) }
}

function troubleAt({ host, port }: { host: string; port: number }): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs })
    const end = (trouble: string | null) => {
      socket.destroy()
      resolve(trouble)
    }
    socket.once('connect', () => end(null))
    socket.once('timeout', () => end(`no answer within ${timeoutMs / 1000} s`))
    socket.once('error', (error) => end(error.message))
  })
}
