import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Channel,
  type Heartbeat,
  type Hello,
  openChannel,
  serverVerbs,
  type VerbHandlers,
  type Verbs,
} from '@berth/contract'
import type { ServerReach } from '../edge/server-reach.ts'
import type { Lapses } from '../lapses.ts'
import type { Log } from '../log.ts'
import { nextDelayMs } from './backoff.ts'
import { type Connection, connect } from './connection.ts'
import { firstToOpen } from './first-to-open.ts'
import { heartbeatTeller } from './heartbeat-teller.ts'
import { heartbeats } from './heartbeats.ts'
import { type Identity, readIdentity } from './identity-files.ts'
import { identityRenewal } from './identity-renewal.ts'
import type { ServerPlace } from './linked-server.ts'
import { isSilence } from './silence.ts'

/** What is true of this machine at the moment it dials. */
export type Introduction<Ours extends Verbs> = {
  /** `host:port` of each server, in the order to try them. */
  addresses: string[]
  /** The one of them that is this machine's: it answers also while this machine is cut off. */
  ownAddress?: string | undefined
  hello: Omit<Hello, 'name'>
  handlers: VerbHandlers<Ours>
}

export type ServerLinkDeps<Ours extends Verbs> = {
  identityFolder: string
  verbs: Ours
  introduce(signal: AbortSignal): Promise<Introduction<Ours>>
  heartbeat(): Heartbeat
  /** A second, unless a test wants none but those that are hurried. */
  heartbeatMs?: number | undefined
  /** As the machine's own engine says. */
  isManager(signal: AbortSignal): Promise<boolean>
  /** Overridden by tests. */
  renewal?: { checkMs: number; now(): number } | undefined
  /** Calls back when a heartbeat should not wait; returns how to stop that. */
  onChange(listener: () => void): () => void
  /** Calls back when the cluster is worth a look; returns how to stop that. */
  onStir(listener: () => void): () => void
  /** Told of each server that took this machine in. */
  onLinked?(place: ServerPlace): void
  onReach?(reach: ServerReach): void
  /** A link from before a lapse is given up: the server has gone on without this machine, and what still comes is old. */
  lapses?: Pick<Lapses, 'count' | 'onLapse'>
  log: Log
}

const answerTimeoutMs = 6_000
/** A link that lived so long was a good one: the next attempt is a first attempt. */
const goodLinkMs = 5_000

/** Keeps one channel to a server open; ends only with the signal. */
export async function runServerLink<Ours extends Verbs>(
  deps: ServerLinkDeps<Ours>,
  signal: AbortSignal,
): Promise<void> {
  const say = sayOnce((reason) => deps.log.warn('server_unreachable', { reason }))
  const keepIdentity = identityRenewal({ ...deps, ...deps.renewal })
  let failedRounds = 0
  let reach: ServerReach = 'away'
  const onReach = (next: ServerReach) => {
    reach = next
    deps.onReach?.(next)
  }
  while (!signal.aborted) {
    const linkedForMs = await tryEachServer({ ...deps, onReach, keepIdentity }, say, signal).catch((error) =>
      say(reasonOf(error)),
    )
    if (signal.aborted) return
    failedRounds = linkedForMs && linkedForMs > goodLinkMs ? 1 : failedRounds + 1
    await sleep(nextDelayMs(failedRounds, Math.random(), reach), undefined, { signal }).catch(() => undefined)
  }
}

const stoodStill = 'This machine stood still for a while'

type Say = (reason: string) => void

type Linking<Ours extends Verbs> = ServerLinkDeps<Ours> & {
  keepIdentity: ReturnType<typeof identityRenewal>
  onReach(reach: ServerReach): void
}

/** Resolves with how long it was linked to the first server that took it in. */
async function tryEachServer<Ours extends Verbs>(
  deps: Linking<Ours>,
  say: Say,
  signal: AbortSignal,
): Promise<number | undefined> {
  const [identity, introduction] = await Promise.all([readIdentity(deps.identityFolder), deps.introduce(signal)])
  if (introduction.addresses.length === 0) throw new Error('This machine is in no cluster, so no server is known')
  let left = introduction.addresses
  let isSilent = true
  while (left.length > 0 && !signal.aborted) {
    const sayOf = (address: string, error: unknown) => {
      isSilent &&= address === introduction.ownAddress || isSilence(reasonOf(error))
      say(`${address}: ${reasonOf(error)}`)
    }
    const open = (address: string, enough: AbortSignal) => connect({ address, identity }, enough)
    const opened = await firstToOpen(left, { open, onFailure: sayOf }, signal)
    if (!opened) break
    const { address, link: connection } = opened
    const attempt = { ...deps, address, connection, identity, introduction, say }
    const linkedForMs = await serve(attempt, signal).catch((error) => sayOf(address, error))
    if (linkedForMs) return linkedForMs
    left = left.filter((other) => other !== address)
  }
  deps.onReach(isSilent ? 'silent' : 'away')
  return undefined
}

type Attempt<Ours extends Verbs> = Linking<Ours> & {
  address: string
  connection: Connection
  identity: Identity
  introduction: Introduction<Ours>
  say: Say
}

/** Serves one connection until it ends. Throws unless the server took this machine in. */
async function serve<Ours extends Verbs>(attempt: Attempt<Ours>, signal: AbortSignal): Promise<number> {
  const { address, connection, identity, introduction, log, say } = attempt
  const channel = channelOver(connection, attempt)
  const stop = new AbortController()
  const forgetLapses = attempt.lapses?.onLapse(() => connection.close(stoodStill))
  const ended = connection.closed.then((reason) => {
    channel.close(reason)
    stop.abort()
    return reason
  })
  try {
    const hello = { ...introduction.hello, name: identity.name }
    const { serverId, isManager } = await channel.call('hello', hello, { signal: AbortSignal.timeout(answerTimeoutMs) })
    const linkedAtMs = performance.now()
    log.info('server_linked', { address, serverId, isManager })
    attempt.onLinked?.({ address, identity })
    attempt.onReach('linked')
    await Promise.all([
      beat(channel, attempt, stop.signal).catch((error) => connection.close(reasonOf(error))),
      renew(channel, { attempt, isManager, connection }, stop.signal),
    ])
    const reason = await ended
    attempt.onReach(isSilence(reason) ? 'silent' : 'away')
    if (!signal.aborted) say(`${address}: ${reason}`)
    return performance.now() - linkedAtMs
  } finally {
    forgetLapses?.()
    connection.close('The server did not take this machine in')
  }
}

/** With a new certificate the link is made anew, as only then the server sees it. */
async function renew<Ours extends Verbs>(
  channel: Channel<typeof serverVerbs>,
  { attempt, isManager, connection }: { attempt: Attempt<Ours>; isManager: boolean; connection: Connection },
  signal: AbortSignal,
): Promise<void> {
  const timeout = () => AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)])
  const ask = (csrPem: string) => channel.call('renewCertificate', { csrPem }, { signal: timeout() })
  await attempt.keepIdentity({ isTakenForManager: isManager, renew: ask }, signal)
  connection.close('This machine has a new certificate')
}

function channelOver<Ours extends Verbs>(connection: Connection, attempt: Attempt<Ours>): Channel<typeof serverVerbs> {
  const { verbs, introduction, lapses, log } = attempt
  const lapsesBefore = lapses?.count()
  const channel = openChannel({
    ours: verbs,
    handlers: introduction.handlers,
    theirs: serverVerbs,
    send: connection.send,
    onError: (error, verb) => log.error('verb_failed', { verb, error }),
  })
  connection.listen((text) => {
    if (lapses?.count() !== lapsesBefore) return connection.close(stoodStill)
    try {
      channel.receive(text)
    } catch {
      connection.close('The server sent something that is no frame')
    }
  })
  return channel
}

function beat<Ours extends Verbs>(
  channel: Channel<typeof serverVerbs>,
  { heartbeat, heartbeatMs, onChange, onStir }: Attempt<Ours>,
  signal: AbortSignal,
): Promise<void> {
  const pulse = heartbeats(heartbeatTeller(channel, heartbeat, answerTimeoutMs), heartbeatMs)
  // Only a hint: one that is lost costs the time until the server looks anyway.
  const tellStir = () => void channel.call('stirred', {}, { signal }).catch(() => undefined)
  const stopListening = [onChange(pulse.hurry), onStir(tellStir)]
  return pulse.run(signal).finally(() => {
    for (const stop of stopListening) stop()
  })
}

/** A server may be away all night, and each attempt would say the same. */
function sayOnce(log: Say): Say {
  let last = ''
  return (reason) => {
    if (reason !== last) log(reason)
    last = reason
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.name === 'TimeoutError' ? 'The server did not answer in time' : error.message
}
