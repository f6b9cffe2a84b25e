import {
  type Heartbeat,
  type Hello,
  openChannel,
  PlatformError,
  serverVerbs,
  type VerbHandlers,
  wholeHeartbeat,
} from '@berth/contract'
import type { MachineCertificate } from '@berth/identity'
import type { Logger } from 'pino'
import type { RawData, WebSocket } from 'ws'
import type { RenewCertificate } from '../machines/certificate-renewal.ts'
import type { IdentityStore } from '../machines/identity-store.ts'
import { type AgentConnection, type AgentRegistrar, agentVerbs } from './agent-registry.ts'

export type AgentTimes = {
  /** Without a sign of life for so long, an agent is taken for dead. */
  silenceMs: number
  /** A file of which nothing is taken for so long is not sent any further. */
  stallMs: number
}

type Options = {
  certificate: MachineCertificate
  identities: Pick<IdentityStore, 'admit' | 'isRemoved'>
  renewCertificate: RenewCertificate
  serverId: string
  registry: AgentRegistrar
  times: AgentTimes
  now(): number
  log: Logger
}

/** Speaks with one agent until its socket closes. */
export function connectAgent(socket: WebSocket, options: Options): void {
  const { certificate, serverId, registry, times, log } = options
  const { name } = certificate
  let agent: AgentConnection | undefined
  let hasGreeted = false
  let isOver = false
  const close = (reason: string) => {
    log.info({ machine: name, reason }, 'agent_connection_ends')
    socket.terminate()
  }
  // After the refusal has been sent.
  const closeSoon = (reason: string) => setImmediate(() => close(reason))

  function hear(heartbeat: Heartbeat) {
    if (!agent) throw new PlatformError('forbidden', 'An agent says hello first')
    if (options.now() > certificate.notAfterMs) closeSoon('Its certificate has expired')
    registry.heard(agent, heartbeat)
  }

  const handlers: VerbHandlers<typeof serverVerbs> = {
    async hello(hello) {
      try {
        if (hasGreeted) throw new PlatformError('conflict', 'An agent says hello once')
        hasGreeted = true
        const isManager = await admit(hello, options)
        if (isOver) throw new PlatformError('engine_unavailable', 'The connection has ended')
        agent = registry.add({ ...hello, isManager }, { channel, close })
        // Removed between the question and the answer: nothing else would cut it off.
        if (await options.identities.isRemoved(certificate.identityId)) throw removed(name)
      } catch (error) {
        closeSoon('Its hello was refused')
        throw error
      }
      log.info({ machine: hello.name, machineId: hello.machineId, version: hello.version }, 'agent_connected')
      return { serverId, isManager: agent.isManager }
    },

    async heartbeat(heartbeat) {
      hear(heartbeat)
      return {}
    },

    async sparseHeartbeat(sparse) {
      if (!agent?.lastHeartbeat) throw new PlatformError('forbidden', 'An agent tells the whole first')
      hear(wholeHeartbeat(agent.lastHeartbeat, sparse))
      return {}
    },

    async renewCertificate({ csrPem }, { signal }) {
      if (!agent) throw new PlatformError('forbidden', 'An agent says hello first')
      return options.renewCertificate({ certificate, machineId: agent.machineId, csrPem }, signal)
    },

    async stirred() {
      if (!agent) throw new PlatformError('forbidden', 'An agent says hello first')
      registry.stirred(agent)
      return {}
    },
  }

  const channel = openChannel({
    ours: serverVerbs,
    handlers,
    theirs: agentVerbs,
    send: (text) => new Promise((resolve, reject) => socket.send(text, (error) => (error ? reject(error) : resolve()))),
    onError: (error, verb) => log.error({ err: error, machine: name, verb }, 'verb_failed'),
  })

  const stopWatching = watchSilence(socket, times.silenceMs, () => close('Silent for too long'))
  socket.on('message', (frame: RawData, isBinary: boolean) => {
    try {
      if (isBinary) throw new TypeError('A binary frame')
      channel.receive(frame.toString())
    } catch (error) {
      log.warn({ err: error, machine: name }, 'agent_frame_not_understood')
      close('A frame was not understood')
    }
  })
  socket.on('error', (error) => log.warn({ err: error, machine: name }, 'agent_socket_failed'))
  socket.once('close', () => {
    isOver = true
    stopWatching()
    channel.close(`The connection to ${name} ended`)
    if (agent) registry.remove(agent)
  })
}

/** Answers whether it may speak for the cluster. A worker that claims to be a manager is a worker. */
async function admit(hello: Hello, { certificate, identities }: Options): Promise<boolean> {
  if (hello.name !== certificate.name) throw wrongName(hello.name, certificate.name)
  const { machineId, isManager: saysManager } = hello
  return (await identities.admit({ certificate, machineId, saysManager })).isManager
}

export const removed = (name: string) =>
  new PlatformError('forbidden', `The machine ${name} was removed from the cluster`, {
    hint: `It can join again with a token of its own: \`berth machines join-command ${name}\``,
  })

const wrongName = (claimed: string, certified: string) =>
  new PlatformError('forbidden', `This agent says it is ${claimed}, but its certificate is for ${certified}`)

function watchSilence(socket: WebSocket, silenceMs: number, onSilence: () => void): () => void {
  let hasSpoken = false
  let isOver = false
  const timer = setTimeout(() => {
    hasSpoken = false
    // If this process itself was held up, words may lie unread: they are read before the immediate runs.
    setImmediate(() => {
      if (!hasSpoken && !isOver) onSilence()
    })
  }, silenceMs)
  const heard = () => {
    hasSpoken = true
    timer.refresh()
  }
  for (const event of ['message', 'ping', 'pong'] as const) socket.on(event, heard)
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}
