import { Agent } from 'node:http'
import { createInterface } from 'node:readline'
import type { Duplex } from 'node:stream'
import { PlatformError } from '@berth/contract'
import Docker from 'dockerode'
import type { AnyAuthMethod, Client, ClientChannel } from 'ssh2'
import { commandLine } from './command-line.ts'
import type { Ended } from './ended.ts'
import { findRootAccess, firstLine, type RootAccess } from './root-access.ts'
import { type ConnectOptions, connect } from './ssh-connection.ts'
import { describeTarget, type SshTarget } from './ssh-target.ts'

/** OpenSSH refuses the eleventh session of a connection; commands need some as well. */
const engineSessions = 6
/** After an attempt to connect that failed, so that undoing many things does not wait for each of them. */
const restMs = 10_000

export type RunOptions = {
  /** Given to the program, whose input then ends. */
  input?: string
  onLine?(line: string): void
  signal?: AbortSignal
}

/**
 * A machine that is reached over SSH. It connects when it is needed, also again after a connection was lost: what was under
 * way then fails with one clear error, and what comes after (such as undoing it) finds a new connection.
 */
export class SshHost {
  readonly target: SshTarget
  /** Its engine, through the command that Docker's own client uses for that. */
  readonly docker: Docker
  readonly #options: ConnectOptions
  #connecting: Promise<Client> | undefined
  #formerMethod: AnyAuthMethod | undefined
  #root: RootAccess | undefined
  #lost: PlatformError | undefined
  #unreachable: { error: unknown; untilMs: number } | undefined

  constructor(target: SshTarget, options: ConnectOptions) {
    this.target = target
    this.#options = options
    // The client's types lack the field, which it passes on to each request.
    const through = { protocol: 'http', host: 'engine', agent: engineAgent(() => this.#dialEngine()) }
    this.docker = new Docker(through as Docker.DockerOptions)
  }

  get name(): string {
    return describeTarget(this.target)
  }

  /** Throws where nobody answers, the key is not the right one, or we are not let in. */
  async connect(): Promise<void> {
    await this.#client()
  }

  /** From here on programs run as root; false where that needs a password and nobody can be asked. */
  async becomeRoot(): Promise<boolean> {
    await this.#client()
    const method = this.#formerMethod
    this.#root ??= await findRootAccess((argv, input) => this.#end(argv, input === undefined ? {} : { input }), {
      name: this.name,
      prompts: this.#options.signIn.prompts,
      signInPassword: method?.type === 'password' ? method.password : undefined,
    })
    return this.#root !== undefined
  }

  /** Runs a program to its end and answers with its output; throws when it fails. */
  async run(argv: readonly string[], options: RunOptions = {}): Promise<string> {
    const { exitCode, output, lastLines } = await this.end(argv, options)
    if (exitCode === 0) return output
    throw new PlatformError(
      'internal',
      `${argv.join(' ')} on ${this.name} ended with ${exitCode}:\n${lastLines.join('\n')}`,
    )
  }

  /** As `run`, for programs whose failure is an answer. */
  end(argv: readonly string[], options: RunOptions = {}): Promise<Ended> {
    const { prefix = [], password } = this.#root ?? {}
    if (password === undefined) return this.#end([...prefix, ...argv], options)
    return this.#end([...prefix, ...argv], { ...options, input: `${firstLine(password)}${options.input ?? ''}` })
  }

  /** A program that goes on until it or its input ends. */
  async start(argv: readonly string[]): Promise<ClientChannel> {
    const { prefix = [], password } = this.#root ?? {}
    const channel = await openChannel(await this.#client(), [...prefix, ...argv], (opened) => opened)
    if (password !== undefined) channel.write(firstLine(password))
    return channel
  }

  /** The loss of the connection where that is why something failed, or else the error itself. */
  explain(error: unknown): unknown {
    const lost = this.#lost
    this.#lost = undefined
    return lost && !(error instanceof PlatformError) ? lost : error
  }

  async close(): Promise<void> {
    const client = await this.#connecting?.catch(() => undefined)
    this.#connecting = undefined
    client?.removeAllListeners('close')
    client?.end()
  }

  #client(): Promise<Client> {
    const unreachable = this.#unreachable
    if (unreachable && performance.now() < unreachable.untilMs) return Promise.reject(unreachable.error)
    this.#connecting ??= this.#connect().catch((error) => {
      this.#connecting = undefined
      this.#unreachable = { error, untilMs: performance.now() + restMs }
      throw error
    })
    return this.#connecting
  }

  async #connect(): Promise<Client> {
    const { client, method } = await connect(this.target, { ...this.#options, formerMethod: this.#formerMethod })
    this.#formerMethod = method
    client.once('close', () => {
      this.#connecting = undefined
      this.#lost = new PlatformError('engine_unavailable', `The connection to ${this.name} was lost`)
    })
    return client
  }

  async #end(argv: readonly string[], { input, onLine, signal }: RunOptions): Promise<Ended> {
    signal?.throwIfAborted()
    const { channel, following } = await openChannel(await this.#client(), argv, (opened) => ({
      channel: opened,
      following: followChannel(opened, onLine),
    }))
    const stop = () => channel.close()
    signal?.addEventListener('abort', stop)
    try {
      channel.end(input)
      const ended = await following
      signal?.throwIfAborted()
      if (ended) return ended
      throw new PlatformError('engine_unavailable', `The connection to ${this.name} was lost while ${argv[0]} ran`)
    } finally {
      signal?.removeEventListener('abort', stop)
    }
  }

  async #dialEngine(): Promise<Duplex> {
    return this.start(['docker', 'system', 'dial-stdio'])
  }
}

/** `use` is called at once: a quick program may have ended before a promise is resolved. */
function openChannel<T>(client: Client, argv: readonly string[], use: (channel: ClientChannel) => T): Promise<T> {
  return new Promise((resolve, reject) => {
    client.exec(commandLine(argv), (error, channel) => (error ? reject(error) : resolve(use(channel))))
  })
}

const shownLines = 15

/** Undefined when the channel closed and nobody said how the program ended. */
async function followChannel(channel: ClientChannel, onLine?: (line: string) => void): Promise<Ended | undefined> {
  const output: string[] = []
  const lastLines: string[] = []
  let exitCode: number | undefined
  const hear = (line: string) => {
    lastLines.push(line)
    if (lastLines.length > shownLines) lastLines.shift()
    onLine?.(line)
  }
  createInterface({ input: channel }).on('line', (line) => {
    output.push(line)
    hear(line)
  })
  createInterface({ input: channel.stderr }).on('line', hear)
  channel.once('exit', (code: number | null) => {
    exitCode = code ?? -1 // Ended by a signal.
  })
  await new Promise<void>((resolve) => {
    channel.once('close', resolve)
    channel.on('error', () => resolve())
  })
  return exitCode === undefined ? undefined : { exitCode, output: output.join('\n'), lastLines }
}

/** Speaks HTTP over streams that somebody else opens. */
function engineAgent(dial: () => Promise<Duplex>): Agent {
  const agent = new Agent({ keepAlive: false, maxSockets: engineSessions })
  agent.createConnection = (_options, callback) => {
    dial().then(
      (stream) => callback?.(null, asSocket(stream)),
      (error) => callback?.(error, undefined as never),
    )
    return undefined as never
  }
  return agent
}

/** HTTP calls methods that only a TCP socket has; none of them matters here. */
function asSocket(stream: Duplex): Duplex {
  const nothing = () => stream
  return Object.assign(stream, {
    setKeepAlive: nothing,
    setNoDelay: nothing,
    setTimeout: nothing,
    ref: nothing,
    unref: nothing,
    destroySoon: () => stream.destroy(),
  })
}
