import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { makeZip } from '../packages/source/src/archive/test-zip.ts'
import { type SourceBuilder, startSourceBuilder } from './sources/source-builder.ts'

let builder: SourceBuilder
before(async () => {
  builder = await startSourceBuilder([
    'debian:bookworm-slim',
    'node:26-bookworm-slim',
    'nginx:stable',
    'python:3.13-slim',
  ])
})
after(() => builder?.remove())

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
  const { service } = await builder.build('node-app', {
    'package.json': JSON.stringify(manifest),
    'package-lock.json': JSON.stringify(lock),
    'build.js': `if (!require('is-number')(1)) throw 1; require('node:fs').cpSync('server.js', 'dist/server.js')`,
    'server.js': server,
    '.env.local': 'SECRET=1',
    'node_modules/broken/index.js': 'of another machine',
  })
  const app = await builder.start('node-app', service.port)
  await app.ready()
  assert.equal(await (await app.get('/')).text(), '1m production')
  assert.equal(await app.userId(), '1000')
  assert.equal(await builder.run('node-app', ['ls', 'node_modules']), 'ms')
  assert.doesNotMatch(await builder.run('node-app', ['ls', '-a']), /\.env/)
  assert.equal(await app.stop(), 0)
})

test('a static site is served as it is, without what nobody should see', async () => {
  const { service } = await builder.build('site', {
    'index.html': '<h1>Hi</h1>',
    'about.html': 'About',
    'docs/index.html': 'Docs',
    '404.html': 'Nothing here',
    '.env': 'SECRET=1',
    '.well-known/security.txt': 'Contact: us',
  })
  const site = await builder.start('site', service.port)
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
  const { service } = await builder.build('python-app', {
    'requirements.txt': './wheels/greeting-1.0-py3-none-any.whl\n',
    'wheels/greeting-1.0-py3-none-any.whl': wheel,
    'main.py': main,
  })
  const app = await builder.start('python-app', service.port)
  await app.ready()
  assert.equal(await (await app.get('/')).text(), 'Hello /venv')
  assert.notEqual(await app.userId(), '0')
  assert.equal(await app.stop(), 0)
})
