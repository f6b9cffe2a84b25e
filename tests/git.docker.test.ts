import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Build, Repository, Webhook } from '@berth/contract'
import { makeRepository, serve, smartHttp } from '../packages/agent/src/builds/repository/test-repository.ts'
import { type Platform, startPlatform, until } from './e2e/platform.ts'
import { type SshForge, startSshForge } from './git/git-over-ssh.ts'

const password = 'pa55-of-the-forge'
const basic = `Basic ${Buffer.from(`ann:${password}`).toString('base64')}`
let platform: Platform
let repository: Awaited<ReturnType<typeof makeRepository>>
let ssh: SshForge
/** Of the repository, over HTTP and over SSH. */
let url: string
let sshUrl: string
/** What ran on the machine at the moment that a forge was asked with credentials. */
const processes: string[] = []

const ends: (() => void)[] = []
/** What is made for it lasts as long as this file. */
const whole = { after: (end: () => void) => void ends.push(end) }

before(async () => {
  platform = await startPlatform('git')
  repository = await makeRepository(whole)
  // This host, as the machine sees it.
  const address = platform.machine.address.replace(/\d+$/, '1')
  const backend = smartHttp(repository.root)
  const forge = await serve(
    whole,
    async (request, response) => {
      if (request.headers.authorization !== basic) {
        return response.writeHead(401, { 'www-authenticate': 'Basic realm="forge"' }).end()
      }
      if (processes.length === 0) processes.push(await listProcesses())
      return backend(request, response)
    },
    address,
  )
  ssh = await startSshForge(repository.root, address)
  url = `${forge}/shop.git`
  sshUrl = `ssh://git@${address}:${ssh.port}/shop.git`
})
after(async () => {
  ssh?.stop()
  for (const end of ends) end()
  await platform?.remove()
})

/** With their arguments and their environment, of all that the machine runs. */
async function listProcesses(): Promise<string> {
  const { output } = await platform.machine.exec([
    'bash',
    '-c',
    'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ | tr "\\0" " "',
  ])
  return output
}

const push = (words: string) => repository.commit({ 'index.html': words })
const page = async () => (await platform.get('shop.localhost')).body.trim()
const answers = (words: string) => until(`the app says ${words}`, page, (body) => body === words, 60_000)
const deploy = (from: string) => platform.berth('deploy', '--git', from, '--ref', 'main', '--name', 'shop')

async function api<Result>(method: string, path: string, body?: object): Promise<Result> {
  const answer = await platform.api(method, path, body ? { body } : {})
  assert.equal(answer.status, 200, answer.body)
  return JSON.parse(answer.body)
}

test('a private repository is refused in words without credentials and with wrong ones', {
  timeout: 60_000,
}, async () => {
  await push('one')
  const { code, stderr } = await deploy(url)
  assert.equal(code, 1)
  assert.match(stderr, /There is no repository at .*, or it is private/)
  const wrong = await platform.berth(
    ...['repositories', 'add', new URL(url).origin, '--user', 'ann'],
    ...['--token', 'wrong', '--try', url],
  )
  assert.equal(wrong.code, 1)
  assert.match(wrong.stderr, /does not take the stored user and password/)
  assert.deepEqual(await api<Repository[]>('GET', '/v1/repositories'), [])
})

test('with stored credentials it is built and serves', { timeout: 90_000 }, async () => {
  const credentials = { kind: 'password', username: 'ann', password, tryUrl: url }
  await api('POST', '/v1/repositories', { prefix: new URL(url).origin, credentials })
  const { code, stdout, stderr } = await deploy(url)
  assert.equal(code, 0, stdout + stderr)
  await answers('one')
})

test('a signed push is built and serves; one that is not signed, or comes again, does nothing', {
  timeout: 90_000,
}, async () => {
  const added = await platform.berth('webhooks', 'add', 'shop', '--git', url, '--ref', 'main', '--json')
  const { webhook, secret } = JSON.parse(added.stdout) as { webhook: Webhook; secret: string }
  const commit = await push('two')
  const body = { ref: 'refs/heads/main', after: commit, pusher: { name: 'ben' }, repository: { full_name: 'shop' } }
  const call = async (key: string) => {
    const signature = createHmac('sha256', key).update(JSON.stringify(body)).digest('hex')
    const headers = {
      'x-github-event': 'push',
      'x-github-delivery': 'd1',
      'x-hub-signature-256': `sha256=${signature}`,
    }
    return platform.api('POST', new URL(webhook.address).pathname, { body, token: null, headers })
  }
  assert.equal((await call('guessed')).status, 403)
  const taken = await call(secret)
  assert.equal(taken.status, 200, taken.body)
  await answers('two')
  assert.equal(JSON.parse((await call(secret)).body).outcome, 'duplicate')
  const [build] = await api<Build[]>('GET', '/v1/apps/shop/builds')
  assert.deepEqual([build?.commit, build?.requestedBy], [commit, 'ben (push)'])
  const { stdout } = await platform.berth('webhooks', 'ls', 'shop')
  assert.match(stdout, /main [0-9a-f]{8} by ben \(build succeeded\)/)
})

test('over SSH a deploy key lets in once the forge has it, and another host key is not spoken to', {
  timeout: 90_000,
}, async () => {
  const prefix = sshUrl.replace(/shop\.git$/, '')
  const added = await platform.berth('repositories', 'add', prefix, '--deploy-key')
  assert.equal(added.code, 0, added.stderr)
  await push('three')
  const early = await deploy(sshUrl)
  assert.match(early.stderr, /does not let the stored deploy key in/)
  ssh.deployKeys.push(added.stdout.trim())
  const { code, stdout, stderr } = await deploy(sshUrl)
  assert.equal(code, 0, stdout + stderr)
  await answers('three')

  ssh.changeHostKey()
  assert.match((await deploy(sshUrl)).stderr, /host key of .* is another one/)
  const accepted = await platform.berth('repositories', 'test', prefix, '--try', sshUrl, '--accept-host-key')
  assert.equal(accepted.code, 0, accepted.stderr)
  assert.equal((await platform.berth('repositories', 'test', prefix, '--try', sshUrl)).code, 0)
})

test('credentials are in no process, log, image or file of the machine', { timeout: 120_000 }, async () => {
  const [seen = ''] = processes
  assert.match(seen, /git-remote-http/, 'git was looked at while it was let in')
  for (const secret of [password, basic.slice('Basic '.length)]) assert.ok(!seen.includes(secret))
  const log = await platform.berth('builds', 'log', 'shop')
  assert.match(log.stdout, /Fetching ssh/)
  assert.ok(!log.stdout.includes(password))
  // Files come and go while they are searched.
  const search = async (words: string, folders: string[]) =>
    (await platform.machine.exec(['grep', '-rlsF', '--', words, ...folders])).output
  const kept = ['/var/lib/docker/volumes', '/var/lib/docker/containers']
  assert.match(await search('Fetching ssh://', kept), /berth/, 'what is stored is found')
  // Layers, logs of containers, volumes with the database and the work folders of builds.
  assert.equal(await search(password, ['/var/lib/docker']), '')
  assert.equal(await search('BEGIN OPENSSH PRIVATE KEY', kept), '')
})
