import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import ssh2, { type Connection, type ServerChannel } from 'ssh2'

export type TestServer = {
  port: number
  hostKey: Buffer
  connections: Connection[]
  /** Each line that a shell would have been given. */
  lines: string[]
  stop(): Promise<void>
}

export type TestServerOptions = {
  password?: string
  publicKey?: string
  /** Answers a question that is asked after the sign-in began. */
  code?: string
  exec(channel: ServerChannel, line: string, connection: Connection): void
}

type KeyPair = { private: string; public: string }

/** The library leaves out a zero at the beginning of a key, so that one of two hundred of its own it cannot read. */
export function makeKey({ passphrase }: { passphrase?: string } = {}): KeyPair {
  const generate = ssh2.utils.generateKeyPairSync
  for (;;) {
    const pair = passphrase ? generate('ed25519', { passphrase, cipher: 'aes256-ctr', rounds: 1 }) : generate('ed25519')
    if (!(ssh2.utils.parseKey(pair.private, passphrase) instanceof Error)) return pair
  }
}

/** An SSH server in this process, for what a real one does only after minutes. */
export async function startTestServer(options: TestServerOptions, hostKeyPair = makeKey()): Promise<TestServer> {
  const { private: secret, public: shown } = hostKeyPair
  const connections: Connection[] = []
  const lines: string[] = []
  const server = new ssh2.Server({ hostKeys: [secret] }, (connection) => {
    connections.push(connection)
    connection.on('error', () => undefined)
    connection.on('authentication', (context) => {
      const accepted = [
        ...(options.password ? (['password'] as const) : []),
        ...(options.publicKey ? (['publickey'] as const) : []),
        ...(options.code ? (['keyboard-interactive'] as const) : []),
      ]
      if (context.method === 'password' && context.password === options.password) return context.accept()
      if (context.method === 'publickey' && options.publicKey) {
        const key = ssh2.utils.parseKey(options.publicKey)
        if (!(key instanceof Error) && key.getPublicSSH().equals(context.key.data)) return context.accept()
      }
      if (context.method === 'keyboard-interactive' && options.code) {
        return context.prompt([{ prompt: 'Code: ', echo: false }], ([answer]) =>
          answer === options.code ? context.accept() : context.reject([...accepted]),
        )
      }
      return context.reject([...accepted])
    })
    connection.on('session', (accept) => {
      accept().on('exec', (acceptExec, _reject, { command }) => {
        lines.push(command)
        options.exec(acceptExec(), command, connection)
      })
    })
  })
  // A conversation of small packets; without this each waits for the one before.
  const listener = createServer({ noDelay: true }, (socket) => server.injectSocket(socket)).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const hostKey = Buffer.from(shown.split(' ')[1] ?? '', 'base64')
  async function stop() {
    for (const connection of connections) connection.end()
    await new Promise<void>((resolve) => listener.close(() => resolve()))
  }
  return { port: (listener.address() as AddressInfo).port, hostKey, connections, lines, stop }
}
