import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import ssh2, { type PublicKeyAuthContext, type ServerChannel } from 'ssh2'
import { makeKey } from '../../packages/installer/src/ssh/test-ssh-server.ts'

export interface SshForge {
  port: number
  /** Deploy keys that are let in, as lines. */
  deployKeys: string[]
  /** As when another machine takes the address. */
  changeHostKey(): void
  stop(): void
}

/** Repositories in a folder over SSH, as forges serve them: one user, who is known by the key. */
export async function startSshForge(root: string, address: string): Promise<SshForge> {
  const deployKeys: string[] = []
  const sockets = new Set<Socket>()
  let server = serverWith(root, deployKeys)
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    server.injectSocket(socket)
  }).listen(0, address)
  await once(listener, 'listening')
  return {
    port: (listener.address() as AddressInfo).port,
    deployKeys,
    changeHostKey: () => {
      server = serverWith(root, deployKeys)
    },
    stop() {
      for (const socket of sockets) socket.destroy()
      listener.close()
    },
  }
}

function serverWith(root: string, deployKeys: readonly string[]) {
  return new ssh2.Server({ hostKeys: [makeKey().private] }, (connection) => {
    connection.on('error', () => undefined)
    connection.on('authentication', (context) => {
      if (context.method === 'publickey' && isKnown(context, deployKeys)) return context.accept()
      return context.reject(['publickey'])
    })
    connection.on('session', (accept) => {
      const session = accept()
      session.on('env', (acceptEnv) => acceptEnv?.())
      session.on('exec', (acceptExec, _reject, { command }) => uploadPack(acceptExec(), command, root))
    })
  })
}

function isKnown({ key, signature, blob, hashAlgo }: PublicKeyAuthContext, deployKeys: readonly string[]): boolean {
  return deployKeys.some((line) => {
    const known = ssh2.utils.parseKey(line)
    if (known instanceof Error || !known.getPublicSSH().equals(key.data)) return false
    // Without a signature it is only asked whether this key would do.
    return !signature || !blob || known.verify(blob, signature, hashAlgo) === true
  })
}

/** `git-upload-pack '/team/shop.git'` is all that is answered. */
function uploadPack(channel: ServerChannel, command: string, root: string): void {
  const [, path] = /^git-upload-pack '(\/[\w./-]+)'$/.exec(command) ?? []
  const git = spawn('git', ['upload-pack', '--strict', join(root, path ?? 'none')])
  git.stdout.pipe(channel, { end: false })
  git.stderr.pipe(channel.stderr, { end: false })
  channel.pipe(git.stdin)
  git.stdin.on('error', () => undefined)
  git.once('close', (code) => {
    channel.exit(code ?? 1)
    channel.end()
  })
}
