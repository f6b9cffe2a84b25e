import { createHash } from 'node:crypto'
import { WebSocket } from 'ws'
import type { Fleet, MadeUpMachine } from './fleet.ts'
import { type Clock, never } from './heartbeat-text.ts'

export type Tally = {
  linked: number
  /** Heartbeats that the server answered, and how many links ended for want of an answer. */
  answered: number
  given: number
  lost: number
  answerMs: number[]
  receivedBytes: number
}

const beatMs = 1_000
const patienceMs = 6_000
const pingMs = 2_000
const redialMs = 1_000

/** Dials, says hello, beats once a second and answers what it is asked, as an agent does; anew when its link ends. */
export function runAgent(machine: MadeUpMachine, fleet: Fleet, { clock, tally }: { clock: Clock; tally: Tally }) {
  const socket = new WebSocket(`wss://127.0.0.1:${fleet.port}/agent`, {
    ...{ ca: fleet.caPem, cert: machine.certPem, key: fleet.keyPem, servername: 'berth-server' },
    ...{ perMessageDeflate: false, maxPayload: 64 * 1024 ** 2 },
  } as ConstructorParameters<typeof WebSocket>[2])
  let nextId = 1
  let isLinked = false
  let fingerprint: string | null = null
  let beatAtMs: number | undefined
  let beatId = 0
  let toldGeneration = never
  const timers: NodeJS.Timeout[] = []
  const post = (frame: object) => socket.send(JSON.stringify(frame))
  const answer = (id: number, output: string) => socket.send(`{"kind":"result","id":${id},"output":${output}}`)

  function beat() {
    if (beatAtMs !== undefined) return // Beats never overlap.
    beatAtMs = performance.now()
    beatId = nextId++
    tally.given += 1
    const verb = toldGeneration === never ? 'heartbeat' : 'sparseHeartbeat'
    const input = clock.heartbeatOf(machine, fingerprint, toldGeneration)
    toldGeneration = clock.generation()
    socket.send(`{"kind":"call","id":${beatId},"verb":"${verb}","input":${input}}`)
  }

  function begin() {
    isLinked = true
    tally.linked += 1
    timers.push(setInterval(beat, beatMs))
    timers.push(setInterval(() => socket.ping(), pingMs))
    timers.push(setInterval(giveUp, beatMs))
    beat()
  }

  function giveUp() {
    if (beatAtMs === undefined || performance.now() - beatAtMs < patienceMs) return
    tally.lost += 1
    socket.terminate()
  }

  function heardResult(id: number) {
    if (id === 1) return begin()
    if (id !== beatId || beatAtMs === undefined) return
    tally.answered += 1
    tally.answerMs.push(performance.now() - beatAtMs)
    beatAtMs = undefined
  }

  function asked(id: number, verb: string, text: string) {
    if (verb === 'observe') return answer(id, clock.stateText)
    if (verb === 'setRoutes') {
      fingerprint = fingerprintOf(text)
      return answer(id, clock.edgeText(fingerprint))
    }
    if (verb === 'removeLeftovers') return answer(id, '{"removed":[]}')
    answer(id, '{}')
  }

  socket.on('open', () => {
    const { machineId, name, isManager } = machine
    post({ kind: 'call', id: nextId++, verb: 'hello', input: { machineId, name, isManager, version: 'bench' } })
  })
  socket.on('message', (bytes: Buffer) => {
    tally.receivedBytes += bytes.length
    const text = bytes.toString()
    // The head is enough: what the server tells at length is the same for all, and an agent's own work is not measured.
    const [, kind, id, verb] = /^{"kind":"(\w+)","id":(\d+)(?:,"verb":"(\w+)")?/.exec(text) ?? []
    if (kind === 'result') heardResult(Number(id))
    if (kind === 'call' && verb) asked(Number(id), verb, text)
  })
  socket.on('error', () => undefined)
  socket.once('close', () => {
    for (const timer of timers) clearInterval(timer)
    if (isLinked) tally.linked -= 1
    setTimeout(() => runAgent(machine, fleet, { clock, tally }), redialMs)
  })
}

const fingerprints = new Map<string, string>()

/** Of the table alone; most are told the same one. */
function fingerprintOf(call: string): string {
  const table = call.slice(call.indexOf('"input":'))
  const known = fingerprints.get(table)
  if (known) return known
  const fingerprint = createHash('sha256').update(table).digest('hex')
  fingerprints.set(table, fingerprint)
  return fingerprint
}
