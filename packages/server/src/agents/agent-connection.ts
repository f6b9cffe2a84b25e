import { openChannel, PlatformError, serverVerbs, type VerbHandlers } from '@berth/contract'
import type { Logger } from 'pino'
import type { RawData, WebSocket } from 'ws'
import { type AgentConnection, type AgentRegistrar, agentVerbs } from './agent-registry.ts'

export type AgentTimes = {
  /** Without a sign of life for so long, an agent is taken for dead. */
  silenceMs: number
}

type Options = {
  /** As its certificate says. */
  machine: { name: string; isManager: boolean; notAfterMs: number }
  serverId: string
  registry: AgentRegistrar
  times: AgentTimes
  now(): number
  log: Logger
}

/** Speaks with one agent until its socket closes. */
export function connectAgent(socket: WebSocket, options: Options): void {
  const { machine, serverId, registry, times, log } = options
  let agent: AgentConnection | undefined
  const close = (reason: string) => {
    log.info({ machine: machine.name, reason }, 'agent_connection_ends')
    socket.terminate()
  }
  // After the refusal has been sent.
  const closeSoon = (reason: string) => setImmediate(() => close(reason))

  const handlers: VerbHandlers<typeof serverVerbs> = {
    async hello(hello) {
      if (agent) throw new PlatformError('conflict', 'An agent says hello once')
      try {
        if (hello.name !== machine.name) throw wrongName(hello.name, machine.name)
        // A worker that claims to be a manager is a worker: it must not answer for the cluster.
        const isManager = hello.isManager && machine.isManager
        agent = registry.add({ ...hello, isManager }, { channel, close })
      } catch (error) {
        closeSoon('Its hello was refused')
        throw error
      }
      log.info({ machine: hello.name, machineId: hello.machineId, version: hello.version }, 'agent_connected')
      return { serverId }
    },

    async heartbeat(heartbeat) {
      if (!agent) throw new PlatformError('forbidden', 'An agent says hello first')
      if (options.now() > machine.notAfterMs) closeSoon('Its certificate has expired')
      registry.heard(agent, heartbeat)
      return {}
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
    onError: (error, verb) => log.error({ err: error, machine: machine.name, verb }, 'verb_failed'),
  })

  const stopWatching = watchSilence(socket, times.silenceMs, () => close('Silent for too long'))
  socket.on('message', (frame: RawData, isBinary: boolean) => {
    try {
      if (isBinary) throw new TypeError('A binary frame')
      channel.receive(frame.toString())
    } catch (error) {
      log.warn({ err: error, machine: machine.name }, 'agent_frame_not_understood')
      close('A frame was not understood')
    }
  })
  socket.on('error', (error) => log.warn({ err: error, machine: machine.name }, 'agent_socket_failed'))
  socket.once('close', () => {
    stopWatching()
    channel.close(`The connection to ${machine.name} ended`)
    if (agent) registry.remove(agent)
  })
}

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
