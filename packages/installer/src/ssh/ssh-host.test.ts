import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import type { PlatformError } from '@berth/contract'
import type { ServerChannel } from 'ssh2'
import type { Prompts } from '../system/prompts.ts'
import { knownHostLine } from './known-hosts.ts'
import { SshHost } from './ssh-host.ts'
import { makeKey, startTestServer, type TestServer, type TestServerOptions } from './test-ssh-server.ts'

let folder: string
let server: TestServer | undefined
let host: SshHost | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-ssh-'))
})
afterEach(async () => {
  await host?.close()
  await server?.stop()
  host = undefined
  server = undefined
  rmSync(folder, { recursive: true })
})

type Setting = { prompts?: Prompts; identityFile?: string; knows?: Buffer | null; timeoutMs?: number }

const answering = (...answers: string[]): Prompts & { asked: string[] } => {
  const asked: string[] = []
  const answer = async (question: string) => {
    asked.push(question)
    return answers.shift() ?? ''
  }
  return { asked, ask: answer, askSecret: answer }
}

const end = (channel: ServerChannel, exitCode: number, output = '') => {
  channel.write(output)
  channel.exit(exitCode)
  channel.end()
}

async function start(options: Partial<TestServerOptions>): Promise<TestServer> {
  server = await startTestServer({ exec: (channel) => end(channel, 0), ...options })
  return server
}

function at(port: number, { prompts, identityFile, knows, timeoutMs }: Setting = {}): SshHost {
  const file = join(folder, 'known_hosts')
  const key = knows === undefined ? server?.hostKey : knows
  if (key) writeFileSync(file, knownHostLine({ host: '127.0.0.1', port }, key))
  host = new SshHost(
    { user: 'ann', host: '127.0.0.1', port },
    {
      hostKeys: { files: [file], acceptsNew: false, prompts, print: () => undefined },
      signIn: { identityFile, sshDir: folder, agentSocket: undefined, prompts },
      ...(timeoutMs ? { timeoutMs } : {}),
    },
  )
  return host
}

function putKey(name: string, options = {}): { file: string; shown: string } {
  const { private: secret, public: shown } = makeKey(options)
  const file = join(folder, name)
  writeFileSync(file, secret, { mode: 0o600 })
  return { file, shown }
}

test('runs a program with the usual key, and hears what it says and how it ended', async () => {
  const { shown } = putKey('id_ed25519')
  const { port, lines } = await start({
    publicKey: shown,
    exec: (channel, line) => (line.includes('fail') ? end(channel, 3, 'no space left\n') : end(channel, 0, 'one\ntwo')),
  })
  assert.equal(await at(port).run(['echo', "it's"]), 'one\ntwo')
  assert.deepEqual(lines, [`'echo' 'it'\\''s'`])
  await assert.rejects(
    host?.run(['fail']) ?? Promise.resolve(),
    /fail on ann@127\.0\.0\.1 .* ended with 3:\nno space left$/,
  )
  assert.equal((await host?.end(['fail']))?.exitCode, 3)
})

test('what is given to a program reaches it whole', async () => {
  const { port } = await start({
    password: 'right',
    exec: (channel) => {
      let heard = 0
      channel.on('data', (chunk: Buffer) => {
        heard += chunk.length
      })
      channel.on('end', () => end(channel, 0, String(heard)))
    },
  })
  assert.equal(await at(port, { prompts: answering('right') }).run(['wc'], { input: 'x'.repeat(300_000) }), '300000')
})

test('a host whose key has changed is sent nothing', async () => {
  const { port, lines } = await start({ password: 'right' })
  const prompts = answering('right')
  await assert.rejects(
    at(port, { prompts, knows: Buffer.from(makeKey().public.split(' ')[1] ?? '', 'base64') }).connect(),
    /has changed/,
  )
  assert.deepEqual([prompts.asked, lines], [[], []])
})

test('a wrong password may be typed again, three times, and is never shown', async () => {
  const { port } = await start({ password: 'right' })
  await at(port, { prompts: answering('wrong', 'right') }).connect()
  await host?.close()
  const prompts = answering('a', 'b', 'c', 'right')
  await assert.rejects(at(port, { prompts }).connect(), (error: PlatformError) => {
    assert.match(error.message, /did not let us in\. Tried: a password\. It accepts: password/)
    return true
  })
  assert.equal(prompts.asked.length, 3)
})

test('nobody is asked for a password that the machine does not take, nor without a terminal', async () => {
  const { port } = await start({ publicKey: makeKey().public })
  const prompts = answering('secret')
  await assert.rejects(at(port, { prompts }).connect(), /Tried: nothing: no key was found\. It accepts: publickey/)
  assert.deepEqual(prompts.asked, [])
  await server?.stop()
  const other = await start({ password: 'right' })
  await assert.rejects(at(other.port).connect(), /Tried: nothing/)
})

test('a key with a passphrase is opened by the one who has it', async () => {
  const { file, shown } = putKey('locked', { passphrase: 'open sesame' })
  const { port } = await start({ publicKey: shown })
  await assert.rejects(
    at(port, { identityFile: file }).connect(),
    /needs a passphrase, which is only asked for at a terminal/,
  )
  const prompts = answering('open sesame')
  await at(port, { identityFile: file, prompts }).connect()
  assert.match(prompts.asked[0] ?? '', /Passphrase of .*locked/)
})

test('a key file that is not there or no key is named', async () => {
  const { port } = await start({ publicKey: makeKey().public })
  await assert.rejects(
    at(port, { identityFile: join(folder, 'none') }).connect(),
    /none cannot be used: there is no such file/,
  )
  writeFileSync(join(folder, 'text'), 'no key')
  await assert.rejects(at(port, { identityFile: join(folder, 'text') }).connect(), /text cannot be used/)
})

test('a wrong key is said to be refused', async () => {
  const { file } = putKey('wrong')
  const { port } = await start({ publicKey: makeKey().public })
  await assert.rejects(at(port, { identityFile: file }).connect(), /did not let us in\. Tried: the key .*wrong/)
})

test('questions of the machine reach the person', async () => {
  const { port } = await start({ code: '123456' })
  const prompts = answering('123456')
  await at(port, { prompts }).connect()
  assert.deepEqual(prompts.asked, ['Code: '])
})

test('a connection that is lost fails what runs on it, and the next call finds a new one without asking', async () => {
  const { port } = await start({
    password: 'right',
    exec: (channel, line, connection) => {
      if (line.includes('drop')) connection.end()
      else end(channel, 0, 'fine')
    },
  })
  const prompts = answering('right')
  await assert.rejects(
    at(port, { prompts }).run(['drop']),
    /The connection to ann@127\.0\.0\.1 .* was lost while drop ran/,
  )
  assert.equal(await host?.run(['true']), 'fine')
  assert.equal(prompts.asked.length, 1)
})

test('a host that cannot be reached again is not waited for again and again', async () => {
  const { port } = await start({ password: 'right' })
  await at(port, { prompts: answering('right') }).run(['true'])
  await server?.stop()
  server = undefined
  const failures = await Promise.allSettled([host?.run(['true'])])
  const again = await Promise.allSettled([host?.run(['true'])])
  assert.equal(failures[0]?.status, 'rejected')
  assert.deepEqual(again, failures)
})

test('a failure because of a lost connection is told as that, once', async () => {
  const { port } = await start({ password: 'right', exec: (_channel, _line, connection) => void connection.end() })
  const failure = await at(port, { prompts: answering('right') })
    .docker.ping()
    .catch((error: unknown) => error)
  assert.match(String(host?.explain(failure)), /The connection to ann@127\.0\.0\.1 .* was lost/)
  assert.equal(host?.explain(failure), failure)
})

test('speaks with the engine through the command of its client, as root where that needs sudo', async () => {
  const answer = (channel: ServerChannel, line: string) => {
    if (line.includes("'id'")) return end(channel, 0, '1000')
    if (!line.includes('dial-stdio')) return end(channel, 0)
    channel.once('data', () => channel.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK'))
  }
  const { port, lines } = await start({ password: 'right', exec: answer })
  at(port, { prompts: answering('right') })
  assert.equal(await host?.becomeRoot(), true)
  assert.equal(String(await host?.docker.ping()), 'OK')
  const asked = `'env' 'LC_ALL=C' 'sudo' '-k' '-n' '--' 'true'`
  assert.deepEqual(lines, [`'id' '-u'`, asked, `'sudo' '-n' '--' 'docker' 'system' 'dial-stdio'`])
})

test('root needs no sudo, and who may not use it without a password is told so', async () => {
  const { port, lines } = await start({
    password: 'right',
    exec: (channel, line) => end(channel, line.includes('sudo') ? 1 : 0, '0'),
  })
  assert.equal(await at(port, { prompts: answering('right') }).becomeRoot(), true)
  assert.equal(lines.at(-1), `'true'`)
  await server?.stop()
  const other = await start({
    password: 'right',
    exec: (channel, line) => end(channel, line.includes('sudo') ? 1 : 0, '1000'),
  })
  assert.equal(await at(other.port, { prompts: answering('right') }).becomeRoot(), false)
})

/** As sudo that wants a password: it takes the first line of what comes, and the program the rest. */
function sudoTaking(right: string, programs: Record<string, string> = {}) {
  const heard: { line: string; input: string }[] = []
  const exec = (channel: ServerChannel, line: string) => {
    let input = ''
    channel.on('data', (chunk: Buffer) => {
      input += chunk
    })
    channel.on('end', () => {
      heard.push({ line, input })
      if (line.includes("'id'")) return end(channel, 0, '1000')
      const [password, ...rest] = line.includes("'-S'") ? input.split('\n') : []
      if (password !== right) {
        channel.stderr.write(password === undefined ? 'sudo: a password is required\n' : 'Sorry, try again.\n')
        return end(channel, 1)
      }
      end(channel, 0, programs[line.split(' ').at(-1) ?? ''] ?? rest.join('\n'))
    })
  }
  return { heard, exec }
}

test('sudo that wants a password gets it as the first line of each program’s input, and nothing else shows it', async () => {
  const { shown } = putKey('id_ed25519')
  const { heard, exec } = sudoTaking('hunter2')
  const { port, lines } = await start({ publicKey: shown, exec })
  const prompts = answering('wrong', 'hunter2')
  assert.equal(await at(port, { prompts }).becomeRoot(), true)
  assert.deepEqual(prompts.asked.length, 2)
  assert.equal(await host?.run(['tee', '/etc/hosts'], { input: '127.0.0.1 localhost\n' }), '127.0.0.1 localhost')
  assert.equal(heard.at(-1)?.input, 'hunter2\n127.0.0.1 localhost\n')
  assert.equal(await host?.becomeRoot(), true)
  assert.equal(prompts.asked.length, 2, 'Asked once')
  assert.equal(
    lines.some((line) => /hunter2|wrong/.test(line)),
    false,
  )
  const failure = await host?.run(['fail-on-purpose']).catch((error: Error) => error.message)
  assert.doesNotMatch(String(failure), /hunter2/)
})

test('after three wrong passwords that is said, and nobody is asked again', async () => {
  const { shown } = putKey('id_ed25519')
  const { port } = await start({ publicKey: shown, exec: sudoTaking('hunter2').exec })
  const prompts = answering('a', 'b', 'c', 'hunter2')
  await assert.rejects(at(port, { prompts }).becomeRoot(), /took none of 3 passwords/)
  assert.equal(prompts.asked.length, 3)
})

test('the password that let us in is tried for sudo before anybody is asked', async () => {
  const { port } = await start({ password: 'hunter2', exec: sudoTaking('hunter2').exec })
  const prompts = answering('hunter2')
  assert.equal(await at(port, { prompts }).becomeRoot(), true)
  assert.deepEqual(prompts.asked.length, 1)
})

test('where nobody can be asked, or who is asked gives up, one is not root', async () => {
  const { shown } = putKey('id_ed25519')
  const { port } = await start({ publicKey: shown, exec: sudoTaking('hunter2').exec })
  assert.equal(await at(port).becomeRoot(), false)
  await host?.close()
  assert.equal(await at(port, { prompts: answering('') }).becomeRoot(), false)
})

test('where sudo leaves the password to the program, it is given to none', async () => {
  const { shown } = putKey('id_ed25519')
  const { exec } = sudoTaking('hunter2', { "'cat'": 'hunter2\nsomething' })
  const { port, lines } = await start({ publicKey: shown, exec })
  await assert.rejects(at(port, { prompts: answering('hunter2') }).becomeRoot(), (error: PlatformError) => {
    assert.match(error.message, /does not ask for a password as it should/)
    assert.doesNotMatch(error.message, /hunter2/)
    return true
  })
  assert.equal(lines.length, 4, 'No program but cat was given it')
})

test('who does not listen, and who does not answer, is said', async () => {
  const { port } = await start({ password: 'right' })
  await server?.stop()
  server = undefined
  await assert.rejects(at(port, { knows: null }).connect(), /cannot be reached: nothing listens on that port/)
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  try {
    const options = { knows: null, timeoutMs: 50 }
    await assert.rejects(at((silent.address() as AddressInfo).port, options).connect(), /did not answer within 0\.05 s/)
  } finally {
    silent.close()
  }
})
