import { PlatformError } from '@berth/contract'
import {
  type AnyAuthMethod,
  type AuthenticationType,
  Client,
  type ConnectConfig,
  type ServerHostKeyAlgorithm,
} from 'ssh2'
import { checkHostKey, type HostKeyPolicy, readKnownHosts } from './host-keys.ts'
import { knownKeyTypes } from './known-hosts.ts'
import { type Patience, patience } from './patience.ts'
import { type Attempt, type SignIn, signInAttempts } from './sign-in.ts'
import { describeTarget, type SshTarget } from './ssh-target.ts'

const connectTimeoutMs = 15_000
const keepaliveMs = 5_000
/** So a machine that has gone silent is given up after 15 to 20 s. */
const keepalivesMissed = 3

export type ConnectOptions = {
  hostKeys: HostKeyPolicy
  signIn: SignIn
  /** What opened the door before, so that nobody is asked twice. */
  formerMethod?: AnyAuthMethod | undefined
  timeoutMs?: number
  signal?: AbortSignal | undefined
}

export type Connected = { client: Client; method: AnyAuthMethod | undefined }

/** A connection to a machine whose key is known and that let us in; else the reason, in words. */
export async function connect(target: SshTarget, options: ConnectOptions): Promise<Connected> {
  const { hostKeys, signal, timeoutMs = connectTimeoutMs } = options
  signal?.throwIfAborted()
  const client = new Client()
  const wait = patience(timeoutMs)
  const attempts = trackAttempts(target, options, wait)
  let refusal: unknown
  const config: ConnectConfig = {
    ...target,
    username: target.user,
    readyTimeout: 0, // Ours stands still while a person is asked.
    keepaliveInterval: keepaliveMs,
    keepaliveCountMax: keepalivesMissed,
    algorithms: { serverHostKey: { prepend: await wantedAlgorithms(target, hostKeys), append: [], remove: [] } },
    hostVerifier: (key: Buffer, verify: (isValid: boolean) => void) => {
      const checking = wait.pausedFor(() => checkHostKey(target, key, hostKeys))
      checking.then(
        () => verify(true),
        (error) => {
          refusal = error
          verify(false)
        },
      )
    },
    authHandler: attempts.next,
  }
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('connect', () => client.setNoDelay(true)) // A conversation of small packets; each would wait for the last.
      client.once('ready', resolve)
      // A connection that breaks may say so more than once.
      client.on('error', (error) => reject(refusal ?? attempts.refusal() ?? describeFailure(target, error, attempts)))
      client.once('close', () =>
        reject(refusal ?? new PlatformError('engine_unavailable', `${describeTarget(target)} hung up`)),
      )
      wait.onEnd(() => reject(noAnswer(target, timeoutMs)))
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
      client.connect(config)
    })
  } catch (error) {
    client.destroy()
    throw error
  } finally {
    wait.end()
  }
  return { client, method: attempts.last() }
}

/** Tries one way after the other, and knows in the end which ones were tried. */
function trackAttempts(target: SshTarget, { signIn, formerMethod }: ConnectOptions, wait: Patience) {
  const left = formerMethod ? [again(formerMethod)] : signInAttempts(target, signIn)
  const tried: string[] = []
  let accepted: readonly AuthenticationType[] = []
  let last: AnyAuthMethod | undefined
  let refusal: unknown

  async function choose(methodsLeft: AuthenticationType[] | null): Promise<AnyAuthMethod | false> {
    // The first answer says which ways the machine accepts, so that nobody is asked for a password in vain.
    if (methodsLeft === null) return { type: 'none', username: target.user }
    accepted = methodsLeft
    for (let attempt = left.shift(); attempt; attempt = left.shift()) {
      if (!methodsLeft.includes(attempt.kind)) continue
      last = await wait.pausedFor(attempt.open)
      if (!last) continue
      tried.push(attempt.words)
      return last
    }
    return false
  }

  return {
    next: (methodsLeft: AuthenticationType[] | null, _partial: boolean | null, next: (method: never) => void) => {
      choose(methodsLeft).then(
        (method) => next(method as never),
        (error) => {
          refusal = error
          next(false as never)
        },
      )
    },
    refusal: () => refusal,
    last: () => last,
    tried: () => [...new Set(tried)],
    accepted: () => accepted,
  }
}

const again = (method: AnyAuthMethod): Attempt => ({
  words: 'what worked before',
  kind: method.type === 'agent' ? 'publickey' : method.type,
  open: async () => method,
})

/** What is on record first: a server may have several keys and shows only one. */
async function wantedAlgorithms(target: SshTarget, hostKeys: HostKeyPolicy): Promise<ServerHostKeyAlgorithm[]> {
  const types = knownKeyTypes(await readKnownHosts(hostKeys), target)
  const algorithms = types.flatMap((type) => (type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type]))
  return algorithms.filter((it): it is ServerHostKeyAlgorithm =>
    (supportedAlgorithms as readonly string[]).includes(it),
  )
}

const supportedAlgorithms = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const

type Failure = Error & { level?: string; code?: string }

function describeFailure(target: SshTarget, error: Failure, attempts: ReturnType<typeof trackAttempts>): Error {
  const where = describeTarget(target)
  if (error.level === 'client-authentication') return notLetIn(target, attempts)
  if (error.level === 'client-socket' || error.code !== undefined) {
    return new PlatformError(
      'engine_unavailable',
      `${where} cannot be reached: ${reasons[error.code ?? ''] ?? error.message}`,
      {
        hint: 'Check the name, the port (--port), and that its firewall lets SSH in',
        cause: error,
      },
    )
  }
  return new PlatformError('engine_unavailable', `No SSH connection to ${where}: ${error.message}`, { cause: error })
}

const reasons: Record<string, string | undefined> = {
  ECONNREFUSED: 'nothing listens on that port',
  ENOTFOUND: 'no machine of that name is known',
  EAI_AGAIN: 'its name cannot be looked up just now',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to its network',
  ETIMEDOUT: 'it does not answer',
}

function notLetIn(target: SshTarget, attempts: ReturnType<typeof trackAttempts>): PlatformError {
  const tried = attempts.tried().join(', ') || 'nothing: no key was found'
  const accepted = attempts.accepted().join(', ') || 'nothing that we know'
  return new PlatformError(
    'forbidden',
    `${describeTarget(target)} did not let us in. Tried: ${tried}. It accepts: ${accepted}`,
    {
      hint: `Put your public key there with "ssh-copy-id", name a key with --identity-file, or run this at a terminal to be asked for a password`,
    },
  )
}

const noAnswer = (target: SshTarget, timeoutMs: number) =>
  new PlatformError('engine_unavailable', `${describeTarget(target)} did not answer within ${timeoutMs / 1000} s`, {
    hint: 'Check the name, the port (--port), and that its firewall lets SSH in',
  })
