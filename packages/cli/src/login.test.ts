import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import * as api from '@berth/contract'
import { type LoginRequest, PlatformError } from '@berth/contract'
import { type FakeBerth, fakeBerth } from './fake-berth.ts'
import { nextWaitMs, toPage } from './login/browser-login.ts'
import { sampleMe, sampleTime, sampleToken } from './samples.ts'

const nobody = { BERTH_URL: '', BERTH_TOKEN: '' }
const configOf = (home: string) => join(home, '.config/berth/config.json')
const readLogin = ({ home }: FakeBerth) => JSON.parse(readFileSync(configOf(home), 'utf8'))

/** A Berth where nobody is signed in, whose dashboard answers a login request with these states, one per question. */
async function askedBerth(t: TestContext, states: readonly LoginRequest['state'][], env: Record<string, string> = {}) {
  const fake = await fakeBerth(t, { ...nobody, ...env })
  const left = [...states]
  let client = ''
  fake.on(api.whoAmI, () => ({ ...sampleMe, name: `berth on ${hostname()} (ada@example.org)` }))
  fake.on(api.createLoginRequest, ({ body }) => {
    client = body.client
    return { code: 'KDWX-2MPQ', secret: 'only-mine', path: '/login/KDWX-2MPQ', expiresAt: sampleTime }
  })
  fake.on(api.fetchLoginToken, ({ body }) => {
    assert.equal(body.secret, 'only-mine')
    const state = left.shift() ?? 'expired'
    return { state, token: state === 'approved' ? 'secret' : null }
  })
  fake.on(api.listTokens, () => [
    { ...sampleToken, id: 'other', name: 'ci' },
    { ...sampleToken, id: 'of-another', name: `berth on ${hostname()}`, createdBy: 'eve@example.org' },
    { ...sampleToken, id: 'mine', name: `berth on ${hostname()}` },
    { ...sampleToken, id: 'older', name: `berth on ${hostname()}` },
  ])
  return { ...fake, client: () => client }
}

test('login with a token checks it and keeps it where only its owner reads it', async (t) => {
  const { on, berth, url, home } = await fakeBerth(t, nobody)
  on(api.whoAmI, () => sampleMe)
  const refused = await berth('login', url, '--token', 'wrong')
  assert.deepEqual([refused.code, refused.stderr], [2, 'error: Unknown token\n'])
  const { code, stdout } = await berth('login', `${url}/`, '--token', 'secret')
  assert.deepEqual([code, stdout], [0, `Signed in to ${url} as ada@example.org (deploy)\n`])
  assert.deepEqual(JSON.parse(readFileSync(configOf(home), 'utf8')), { url, token: 'secret' })
  assert.equal(statSync(configOf(home)).mode & 0o777, 0o600)
})

test('login --token - reads the token from standard input, where no list of processes shows it', async (t) => {
  const { on, pipe, url, home } = await fakeBerth(t, nobody)
  on(api.whoAmI, () => sampleMe)
  assert.equal((await pipe('secret\n', 'login', url, '--token', '-')).code, 0)
  assert.equal(JSON.parse(readFileSync(configOf(home), 'utf8')).token, 'secret')
  const empty = await pipe('\n', 'login', url, '--token', '-')
  assert.equal(empty.code, 2)
  assert.match(empty.stderr, /^error: --token -: standard input was empty\nhint: Pipe it in/)
})

test('login without a token shows a page and a code, waits for the approval and saves its token', async (t) => {
  const fake = await askedBerth(t, ['waiting', 'waiting', 'approved'])
  const { code, stdout, stderr } = await fake.berth('login', fake.url)
  assert.deepEqual([code, stderr], [0, ''])
  assert.equal(
    stdout,
    [
      `To sign in to ${fake.url}, open this page and approve what shows the same code:`,
      `\n  Page  ${fake.url}/login/KDWX-2MPQ\n  Code  KDWX-2MPQ\n`,
      'Waiting for the approval ...',
      `Signed in to ${fake.url} as ada@example.org (deploy)\n`,
    ].join('\n'),
  )
  assert.equal(fake.client(), `berth on ${hostname()}`)
  assert.deepEqual(readLogin(fake), { url: fake.url, token: 'secret', tokenId: 'mine' })
  assert.equal(statSync(configOf(fake.home)).mode & 0o777, 0o600)
})

for (const [state, message] of [
  ['refused', /^error: The sign-in was refused in the browser\nhint: .*run berth login again\n$/],
  ['expired', /^error: Nobody approved the sign-in in time\nhint: Run berth login again/],
] as const) {
  test(`a sign-in that was ${state} says so, and nothing is saved`, async (t) => {
    const { berth, url, home } = await askedBerth(t, ['waiting', state])
    const { code, stderr } = await berth('login', url)
    assert.equal(code, 1)
    assert.match(stderr, message)
    assert.ok(!existsSync(configOf(home)))
  })
}

test('a sign-in that Berth does not know any more is an alarm, as its token may be with somebody else', async (t) => {
  const { on, berth, url, home } = await askedBerth(t, [])
  const answers = [
    () => ({ state: 'approved' as const, token: null }),
    () => {
      throw new PlatformError('not_found', 'No such request')
    },
  ]
  for (const answer of answers) {
    on(api.fetchLoginToken, answer)
    const { code, stderr } = await berth('login', url)
    assert.equal(code, 1)
    assert.match(
      stderr,
      /^error: Berth does not know this sign-in any more\nhint: If you approved it, remove its token/,
    )
    assert.ok(!existsSync(configOf(home)))
  }
})

test('too many sign-ins are refused in words that say how long to wait', async (t) => {
  const { on, berth, url } = await askedBerth(t, [])
  on(api.createLoginRequest, () => {
    throw new PlatformError('rate_limited', 'Too many requests', { hint: 'Try again in 40 s' })
  })
  const { code, stderr } = await berth('login', url)
  assert.deepEqual([code, stderr], [1, 'error: Too many sign-ins were asked for from here\nhint: Try again in 40 s\n'])
})

test('a server that restarts is waited for', async (t) => {
  const { on, berth, url } = await askedBerth(t, [])
  let questions = 0
  on(api.fetchLoginToken, () => {
    questions += 1
    if (questions === 1) throw new PlatformError('server_standby', 'Another server acts')
    return { state: 'approved' as const, token: 'secret' }
  })
  const { code, stdout } = await berth('login', url)
  assert.equal(code, 0)
  assert.match(stdout, /^Waiting for the approval \.\.\.\nBerth does not answer; trying again \.\.\.\nSigned in/m)
})

test('Ctrl-C ends the waiting and saves nothing', async (t) => {
  const { on, start, url, home } = await askedBerth(t, [])
  on(api.fetchLoginToken, () => ({ state: 'waiting' as const, token: null }))
  const child = start('login', url)
  const exit = once(child, 'exit')
  let said = ''
  child.stderr?.on('data', (chunk) => {
    said += chunk
  })
  for await (const chunk of child.stdout ?? []) if (String(chunk).includes('Waiting')) break
  child.kill('SIGINT')
  assert.equal((await exit)[0], 130)
  assert.equal(said, 'Given up; nothing was saved.\n')
  assert.ok(!existsSync(configOf(home)))
})

/** A program of that name, first in the path, that writes down its arguments. */
function fakeBrowser(home: string): string {
  const folder = join(home, 'bin')
  mkdirSync(folder)
  const program = join(folder, process.platform === 'darwin' ? 'open' : 'xdg-open')
  const text = `#!${process.execPath}\nrequire('fs').writeFileSync(${JSON.stringify(join(home, 'opened'))}, JSON.stringify(process.argv.slice(2)))\n`
  writeFileSync(program, text)
  chmodSync(program, 0o755)
  return folder
}

test('a browser is opened where there is a display, with the address as its one argument', async (t) => {
  const { process: berth, url, home } = await askedBerth(t, ['waiting', 'approved'], { DISPLAY: ':7', PATH: '' })
  assert.equal((await berth('login', url)).code, 0, 'no browser is no reason to fail')
  const opened = join(home, 'opened')
  assert.ok(!existsSync(opened))

  const other = await askedBerth(t, ['waiting', 'approved'], { DISPLAY: ':7', PATH: fakeBrowser(home) })
  assert.equal((await other.process('login', other.url)).code, 0)
  for (let tries = 0; tries < 50 && !existsSync(opened); tries += 1) await delay(50)
  assert.deepEqual(JSON.parse(readFileSync(opened, 'utf8')), [`${other.url}/login/KDWX-2MPQ`])
})

test('asks less and less often, and still less where it was too often', () => {
  const waits = [1, 2, 3, 4, 5, 6].reduce<number[]>((all) => [...all, nextWaitMs(all.at(-1) ?? 0)], [500])
  assert.deepEqual(waits, [500, 750, 1125, 1687.5, 2531.25, 3000, 3000])
  assert.equal(nextWaitMs(500, { wasTooOften: true }), 10_000)
  assert.equal(nextWaitMs(10_000), 3000)
})

test('the browser is never sent to another place than the one that was typed', () => {
  assert.equal(toPage('http://berth.localhost:8080', '/login/A'), 'http://berth.localhost:8080/login/A')
  for (const path of ['//evil.example/x', 'https://evil.example', 'javascript:alert(1)', 'file:///etc/passwd']) {
    assert.throws(() => toPage('http://berth.localhost', path), /approved elsewhere/)
  }
})

test('login without an address is for the Berth of the last sign-in, or says what is missing', async (t) => {
  const fake = await askedBerth(t, ['approved'])
  const missing = await fake.berth('login')
  assert.deepEqual([missing.code, missing.stderr.split('\n')[0]], [2, 'error: The address of a Berth is needed'])
  assert.equal((await fake.berth('login', fake.url, '--token', 'secret')).code, 0)
  assert.equal((await fake.berth('login')).code, 0)
  assert.deepEqual(readLogin(fake), { url: fake.url, token: 'secret', tokenId: 'mine' })
})

test('logout forgets the sign-in and removes the token that was made for it', async (t) => {
  const fake = await askedBerth(t, ['approved'])
  const removed: string[] = []
  fake.on(api.removeToken, ({ params }) => {
    removed.push(params.tokenId)
    return { removed: true as const }
  })
  await fake.berth('login', fake.url)
  const { code, stdout } = await fake.berth('logout')
  assert.deepEqual([code, stdout, removed], [0, `Signed out of ${fake.url}\n`, ['mine']])
  assert.ok(!existsSync(configOf(fake.home)))
  assert.equal((await fake.berth('logout')).stdout, 'Not signed in to any Berth.\n')
})

test('logout leaves a token alone that was given by hand', async (t) => {
  const fake = await askedBerth(t, [])
  await fake.berth('login', fake.url, '--token', 'secret')
  assert.equal((await fake.berth('logout')).code, 0)
  assert.ok(!fake.calls.some((call) => call.startsWith('DELETE')))
})

test('logout forgets the sign-in even where the token cannot be removed, and says that it is still valid', async (t) => {
  const fake = await askedBerth(t, ['approved'])
  await fake.berth('login', fake.url)
  fake.on(api.removeToken, () => {
    throw new PlatformError('server_standby', 'Another server acts')
  })
  const { code, stderr } = await fake.berth('logout')
  assert.equal(code, 1)
  assert.match(stderr, /^error: The token is still valid: Another server acts\nhint: .*berth tokens rm mine\n$/)
  assert.ok(!existsSync(configOf(fake.home)))
})

test('a new sign-in retires the token of the one that it replaces', async (t) => {
  const fake = await askedBerth(t, [])
  const removed: string[] = []
  fake.on(api.removeToken, ({ params }) => {
    removed.push(params.tokenId)
    return { removed: true as const }
  })
  mkdirSync(join(fake.home, '.config/berth'), { recursive: true })
  writeFileSync(configOf(fake.home), JSON.stringify({ url: fake.url, token: 'secret-former', tokenId: 'former-id' }))
  assert.equal((await fake.berth('login', fake.url, '--token', 'secret')).code, 0)
  assert.deepEqual(removed, ['former-id'])
})

test('a former sign-in that is good for nothing any more does not stop a new one', async (t) => {
  const fake = await askedBerth(t, [])
  mkdirSync(join(fake.home, '.config/berth'), { recursive: true })
  for (const former of ['not JSON', JSON.stringify({ url: fake.url, token: 'removed', tokenId: 'former-id' })]) {
    writeFileSync(configOf(fake.home), former)
    assert.equal((await fake.berth('login', fake.url, '--token', 'secret')).code, 0)
    assert.equal(readLogin(fake).token, 'secret')
  }
})

test('whoami says who, how and what may be done where', async (t) => {
  const { on, berth, url } = await fakeBerth(t)
  on(api.whoAmI, () => ({ ...sampleMe, name: 'ci\u001b[2J (ada@example.org)' }))
  assert.deepEqual((await berth('whoami')).stdout.split('\n'), [
    'Who       ada@example.org',
    `At        ${url}`,
    'How       the token "ci", from BERTH_TOKEN',
    'Access    deploy',
    'Projects  default (developer)',
    '          shop (reader)',
    '',
  ])
  on(api.whoAmI, () => ({
    ...sampleMe,
    name: 'installer',
    email: null,
    access: 'admin' as const,
    isAdmin: true,
    projects: [],
  }))
  const install = await berth('whoami')
  assert.match(install.stdout, /^Who {7}installer$.*^Access {4}admin, to the whole platform\nProjects {2}all$/ms)
  const { url: shown, ...me } = JSON.parse((await berth('whoami', '--json')).stdout)
  assert.deepEqual([shown, me.isAdmin], [url, true])
})
