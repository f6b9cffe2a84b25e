import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  detectSource,
  folderView,
  packFolder,
  planPacking,
  renderDockerfile,
  renderDockerignore,
  type SourceService,
  unpackArchive,
} from '@berth/source'
import Docker from 'dockerode'
import { ensureBaseImages } from '../packages/installer/src/base-images/ensure-base-images.ts'
import { followImageStream } from '../packages/installer/src/base-images/image-stream.ts'
import { makeZip } from '../packages/source/src/archive/test-zip.ts'
import { createMachine, type Machine, removeMachines } from './machine.ts'

const runId = `source-${randomUUID().slice(0, 8)}`
const cacheDir = join(process.env.BERTH_STATE_DIR || '/var/lib/berth', 'cache')
const images = ['debian:bookworm-slim', 'node:26-bookworm-slim', 'nginx:stable', 'python:3.13-slim']

let machine: Machine
let scratch: string
before(async () => {
  await ensureBaseImages({ docker: new Docker(), cacheDir, names: images, onProgress: () => {} })
  machine = await createMachine({ name: 'builder', runId, images })
  scratch = await mkdtemp(join(tmpdir(), 'berth-source-'))
})
after(async () => {
  await removeMachines(runId)
  await rm(scratch, { recursive: true, force: true })
})

type Files = Record<string, string | Buffer>

/** The whole way of a source: packed here, unpacked and looked at there, and built by the classic builder. */
async function build(name: string, files: Files): Promise<SourceService> {
  const [folder, archive, source] = [`${name}-app`, `${name}.tar.gz`, `${name}-source`].map((each) =>
    join(scratch, each),
  )
  assert.ok(folder && archive && source)
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  await writeFile(archive, packFolder(await planPacking(folder)))
  await unpackArchive(archive, source)
  const [service] = (await detectSource(folderView(source))).services
  assert.ok(service?.build.kind === 'recipe')
  await writeFile(join(source, 'Dockerfile'), renderDockerfile(service.build.detected))
  await writeFile(join(source, '.dockerignore'), renderDockerignore(service.build.detected.recipe))
  const context = packFolder(await planPacking(source, { usesGitIgnore: false }))
  const stream = await machine.docker.buildImage(context, { t: name, version: '1', forcerm: true, networkmode: 'host' })
  await followImageStream(machine.docker, stream, () => {})
  return service
}

async function start(name: string, port: number | null) {
  const container = await machine.docker.createContainer({
    Image: name,
    HostConfig: { PortBindings: { [`${port}/tcp`]: [{ HostPort: '' }] } },
  })
  await container.start()
  const { NetworkSettings } = await container.inspect()
  const hostPort = NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort
  const base = `http://${machine.address}:${hostPort}`
  return {
    get: (path: string) => fetch(`${base}${path}`, { redirect: 'manual' }),
    ready: () => answers(base, container),
    userId: () => run(name, ['id', '-u']),
    async stop() {
      await container.stop({ t: 20 })
      const { State } = await container.inspect()
      await container.remove({ v: true })
      return State.ExitCode
    },
  }
}

/** Its first answer, or what it said instead. */
async function answers(url: string, container: Docker.Container): Promise<void> {
  const deadline = Date.now() + 30_000
  for (;;) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer) return
    const { State } = await container.inspect()
    if (!State.Running || Date.now() > deadline) {
      const log = await container.logs({ stdout: true, stderr: true })
      assert.fail(`It does not answer (${State.Status}):\n${log.toString('utf8')}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** What a program in the image prints. */
async function run(image: string, argv: string[]): Promise<string> {
  const { exitCode, output } = await machine.exec([
    'docker',
    'run',
    '--rm',
    '--entrypoint',
    argv[0] ?? '',
    image,
    ...argv.slice(1),
  ])
  assert.equal(exitCode, 0, output)
  return output.trim()
}

const terminates = "process.on('SIGTERM', () => process.exit(0))"

test('a Node app is built with its packages, left with those that it needs, and stops when it is told to', async () => {
  const dependencies = { ms: '2.1.3' }
  const devDependencies = { 'is-number': '7.0.0' }
  const scripts = { build: 'node build.js', start: 'node dist/server.js' }
  const manifest = { name: 'app', version: '1.0.0', scripts, dependencies, devDependencies }
  const integrity = {
    ms: 'sha512-6FlzubTLZG3J2a/NVCAleEhjzq5oxgHyaCU9yYXvcLsvoVaHJq/s5xXI6/XXP6tz7R9xAOtHnSO/tXtF3WRTlA==',
    'is-number': 'sha512-41Cifkg6e8TylSpdtTpeLVMqvSBEVzTttHvERD741+pnZ8ANv0004MRL43QKPDlK9cGvNp6NZWZUBlbGXYxxng==',
  }
  const lock = {
    ...{ name: 'app', version: '1.0.0', lockfileVersion: 3, requires: true },
    packages: {
      '': { name: 'app', version: '1.0.0', dependencies, devDependencies },
      'node_modules/ms': { version: '2.1.3', integrity: integrity.ms },
      'node_modules/is-number': { version: '7.0.0', integrity: integrity['is-number'], dev: true },
    },
  }
  const server = `const ms = require('ms')
    ${terminates}
    require('node:http').createServer((_, answer) => answer.end(ms(60000) + ' ' + process.env.NODE_ENV)).listen(process.env.PORT)`
  const { port } = await build('node-app', {
    'package.json': JSON.stringify(manifest),
    'package-lock.json': JSON.stringify(lock),
    'build.js': `if (!require('is-number')(1)) throw 1; require('node:fs').cpSync('server.js', 'dist/server.js')`,
    'server.js': server,
    '.env.local': 'SECRET=1',
    'node_modules/broken/index.js': 'of another machine',
  })
  const app = await start('node-app', port)
  await app.ready()
  assert.equal(await (await app.get('/')).text(), '1m production')
  assert.equal(await app.userId(), '1000')
  assert.equal(await run('node-app', ['ls', 'node_modules']), 'ms')
  assert.doesNotMatch(await run('node-app', ['ls', '-a']), /\.env/)
  assert.equal(await app.stop(), 0)
})

test('a static site is served as it is, without what nobody should see', async () => {
  const { port } = await build('site', {
    'index.html': '<h1>Hi</h1>',
    'about.html': 'About',
    'docs/index.html': 'Docs',
    '404.html': 'Nothing here',
    '.env': 'SECRET=1',
    '.well-known/security.txt': 'Contact: us',
  })
  const site = await start('site', port)
  await site.ready()
  const page = async (path: string) => {
    const answer = await site.get(path)
    return `${answer.status} ${(await answer.text()).trim()}`
  }
  assert.equal(await page('/'), '200 <h1>Hi</h1>')
  assert.equal(await page('/about'), '200 About')
  assert.equal(await page('/docs/'), '200 Docs')
  // Not with the port that only the machine knows.
  assert.equal((await site.get('/docs')).headers.get('location'), '/docs/')
  assert.equal(await page('/.well-known/security.txt'), '200 Contact: us')
  for (const path of ['/missing', '/.env', '/Dockerfile', '/50x.html'])
    assert.equal(await page(path), '404 Nothing here')
  assert.notEqual(await site.userId(), '0')
  assert.equal(await site.stop(), 0)
})

test('a Python app is built with its packages in a folder of their own', async () => {
  const wheel = makeZip([
    { name: 'greeting/__init__.py', content: 'def greet(name):\n    return f"Hello {name}"\n' },
    { name: 'greeting-1.0.dist-info/METADATA', content: 'Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n' },
    { name: 'greeting-1.0.dist-info/WHEEL', content: 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n' },
    { name: 'greeting-1.0.dist-info/RECORD', content: '' },
  ])
  const main = `
import http.server, os, signal, sys
from greeting import greet
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(greet(sys.prefix).encode())
http.server.HTTPServer(('', int(os.environ['PORT'])), Handler).serve_forever()
`
  const { port } = await build('python-app', {
    'requirements.txt': './wheels/greeting-1.0-py3-none-any.whl\n',
    'wheels/greeting-1.0-py3-none-any.whl': wheel,
    'main.py': main,
  })
  const app = await start('python-app', port)
  await app.ready()
  assert.equal(await (await app.get('/')).text(), 'Hello /venv')
  assert.notEqual(await app.userId(), '0')
  assert.equal(await app.stop(), 0)
})
