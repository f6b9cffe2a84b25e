import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { PlatformError } from '@berth/contract'
import pino from 'pino'
import { nobody } from '../gate/caller.ts'
import type { Gate } from '../gate/gate.ts'
import { serverMetrics } from '../http/metrics.ts'
import { createHttpApp } from '../http/serve-http.ts'
import { acceptedEncodings } from './accepted-encodings.ts'
import { dashboardRoutes } from './dashboard-routes.ts'

const dir = mkdtempSync(join(tmpdir(), 'berth-dashboard-'))
const stop = new AbortController()

const closed = () => new PlatformError('unauthenticated', 'Closed')

/** Lets nobody in, so that whatever answers is open to anyone. */
const gate: Gate = {
  admit: async (_, { access }) => {
    if (access === 'anyone') return nobody
    throw closed()
  },
  checkSubject: async () => {
    throw closed()
  },
}
const createApp = (dashboardDir: string) =>
  createHttpApp(
    {
      handlers: [],
      declared: [],
      rawRoutes: dashboardRoutes(dashboardDir),
      gate,
      metrics: serverMetrics(),
      log: pino({ level: 'silent' }),
    },
    stop.signal,
  )
const app = createApp(dir)

before(() => {
  mkdirSync(join(dir, 'assets'))
  const page = '<meta name="style-nonce" content="{{style-nonce}}"><meta name="session" content="{{session}}">'
  for (const [name, content] of [
    ['index.html', page],
    ['berth.svg', '<svg/>'],
    ['secret.txt', 'secret'],
    ['assets/index-abc.js', 'plain'],
    ['assets/index-abc.js.gz', 'as gzip'],
    ['assets/index-abc.js.br', 'as brotli'],
    ['assets/only-def.css', 'plain'],
  ] as const)
    writeFileSync(join(dir, name), content)
})
after(() => {
  stop.abort()
  rmSync(dir, { recursive: true })
})

test('every page of the dashboard begins with the same file, which no cache keeps', async () => {
  for (const url of [
    '/',
    '/apps/new',
    '/apps/shop/logs?instance=1',
    '/machines',
    '/settings/tokens',
    '/sign-in',
    '/login/KDWX-2MPQ',
  ]) {
    const answer = await app.inject(url)
    assert.equal(answer.statusCode, 200, url)
    assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8')
    assert.equal(answer.headers['cache-control'], 'no-store')
  }
})

test('every address that the dashboard makes a page of is answered as one', async () => {
  const router = readFileSync(join(import.meta.dirname, '../../../dashboard/src/router.tsx'), 'utf8')
  const paths = [...router.matchAll(/\bpath: '([^']+)'/g)].map(([, path = '']) => path)
  assert.ok(paths.length > 8)
  for (const path of paths) {
    const url = path.replace(/\{-\$\w+\}|\$\w+/g, 'x')
    assert.equal((await app.inject(url)).statusCode, 200, url)
  }
})

test('each answer lets in only its own style elements, and no script that is not a file', async () => {
  const [one, other] = await Promise.all([app.inject('/'), app.inject('/')])
  const policy = String(one.headers['content-security-policy'])
  const nonce = /'nonce-([^']{22,})'/.exec(policy)?.[1]
  assert.ok(nonce)
  assert.ok(one.body.includes(`content="${nonce}"`))
  assert.ok(!other.body.includes(nonce))
  assert.match(policy, /default-src 'none'/)
  assert.match(policy, /script-src 'self'(;|$)/)
  assert.match(policy, /frame-ancestors 'none'/)
  assert.doesNotMatch(policy, /unsafe/)
})

test('the page knows whether the browser showed a session, not which', async () => {
  const shown = await app.inject({ url: '/', headers: { cookie: 'a=b; berth_session=hunter2' } })
  assert.match(shown.body, /name="session" content="shown"/)
  assert.ok(!shown.body.includes('hunter2'))
  assert.match((await app.inject({ url: '/', headers: { cookie: 'other=berth_session=x' } })).body, /content="absent"/)
})

test('a file with a hash in its name is kept for good, in the best encoding that the browser has', async () => {
  const url = '/assets/index-abc.js'
  for (const [encoding, body] of [
    ['gzip, deflate, br', 'as brotli'],
    ['gzip', 'as gzip'],
    ['br;q=0, gzip', 'as gzip'],
    ['', 'plain'],
  ] as const) {
    const answer = await app.inject({ url, headers: { 'accept-encoding': encoding } })
    assert.equal(answer.body, body, encoding)
    assert.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable')
    assert.equal(answer.headers.vary, 'accept-encoding')
    assert.equal(answer.headers['content-type'], 'text/javascript; charset=utf-8')
  }
  const plain = await app.inject({ url: '/assets/only-def.css', headers: { 'accept-encoding': 'br' } })
  assert.deepEqual([plain.body, plain.headers['content-encoding']], ['plain', undefined])
})

test('a file that keeps its name is asked for again', async () => {
  assert.equal((await app.inject('/berth.svg')).headers['cache-control'], 'public, max-age=3600')
})

test('nothing but files of the dashboard comes out', async () => {
  for (const url of [
    '/assets/../secret.txt',
    '/assets/..%2fsecret.txt',
    '/assets/%2e%2e/secret.txt',
    '/assets/..%5csecret.txt',
    '/assets/index-abc.js/',
    '/assets/index-abc.js%00.css',
    '/assets/.hidden',
    '/assets/',
    '/assets/index-abc.js.br',
    '/assets/not-there.js',
    '/secret.txt',
    '/index.html',
  ]) {
    const answer = await app.inject(url)
    assert.ok(answer.statusCode >= 400 && answer.statusCode < 500, `${url}: ${answer.statusCode}`)
    assert.ok(!answer.body.includes('"secret"') && answer.body !== 'secret' && answer.body !== 'as brotli', url)
  }
})

test('a browser that asks for a page that is not there gets the dashboard, which says so; a program gets a problem', async () => {
  const browser = await app.inject({
    url: '/machine',
    headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
  })
  assert.equal(browser.statusCode, 404)
  assert.equal(browser.headers['content-type'], 'text/html; charset=utf-8')
  assert.match(String(browser.headers['content-security-policy']), /script-src 'self'/)
  assert.equal((await app.inject('/machine')).statusCode, 401)
  for (const url of ['/v1/nothing', '/V1/nothing', '/v1', '//v1/apps', '/metrics/x']) {
    const answer = await app.inject({ url, headers: { accept: 'text/html' } })
    const isApi = /v1/i.test(url)
    assert.equal(answer.statusCode, isApi ? 401 : 404, url)
  }
})

test('where the dashboard is not built, its address says how to build it', async () => {
  const bare = createApp(join(dir, 'nowhere'))
  const answer = await bare.inject('/')
  assert.equal(answer.statusCode, 200)
  assert.match(answer.body, /npm run build -w @berth\/dashboard/)
  const page = await bare.inject({ url: '/no-such-page', headers: { accept: 'text/html' } })
  assert.equal(page.statusCode, 404)
})

test('an encoding that is refused is not accepted', () => {
  assert.deepEqual(acceptedEncodings('GZIP;q=0.5, br;q=0.000'), ['gzip'])
  assert.deepEqual(acceptedEncodings(undefined), [])
})
