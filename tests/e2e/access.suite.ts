import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { ActivityEvent, App, Me, Token } from '@berth/contract'
import { type Command, startCommand } from './command.ts'
import type { Platform } from './platform.ts'
import { createVisitor, type Visitor } from './visitor.ts'

const adminPassword = 'the admin chose this'
const developerPassword = 'ada likes lovelace'
const strangerPassword = 'somebody from elsewhere'

/** Needs a platform where nobody has signed in yet. */
export const accessSuite = (given: () => Platform) =>
  describe('who may do what', () => {
    let platform: Platform
    let home: string
    let admin: Visitor
    let developer: Visitor
    let stranger: Visitor
    const commands: Command[] = []
    before(() => {
      platform = given()
      home = mkdtempSync(join(tmpdir(), 'berth-e2e-home-'))
      admin = createVisitor(platform)
      developer = createVisitor(platform)
      stranger = createVisitor(platform)
    })
    after(() => {
      for (const { child } of commands) child.kill()
      rmSync(home, { recursive: true, force: true })
    })
    const start = (...words: string[]) => {
      const command = startCommand(words, home)
      commands.push(command)
      return command
    }
    const json = <T>({ body }: { body: string }) => JSON.parse(body) as T
    const withToken = (token: string, method: string, path: string, body?: unknown) =>
      platform.api(method, path, { token, body })

    /** Somebody who was invited chooses a password and is signed in. */
    async function accept(visitor: Visitor, link: string, password: string): Promise<Me> {
      const secret = new URL(link).hash.slice(1)
      const answer = await visitor.post('/v1/invitations/accept', { secret, password })
      assert.equal(answer.status, 200, answer.body)
      return json<Me>(answer)
    }

    const invite = async (...words: string[]) => {
      const { code, stdout, stderr } = await platform.berth('users', 'invite', ...words)
      assert.equal(code, 0, stderr)
      return stdout.trim()
    }

    test('the one-time password lets one do one thing only: choose another', async () => {
      const { email, password } = await platform.firstAdmin()
      const signedIn = await admin.post('/v1/sign-in', { email, password })
      assert.equal(signedIn.status, 200, signedIn.body)
      assert.deepEqual([json<Me>(signedIn).mustChangePassword, json<Me>(signedIn).access], [true, 'self'])
      for (const path of ['/v1/apps', '/v1/users', '/v1/system', '/v1/activity'])
        assert.equal((await admin.get(path)).code, 'password_change_required', path)

      const passwords = { currentPassword: password, newPassword: adminPassword }
      const changed = await admin.post('/v1/me/password', passwords)
      assert.equal(changed.status, 200, changed.body)
      assert.deepEqual([json<Me>(changed).isAdmin, json<Me>(changed).access], [true, 'admin'])
      assert.equal((await admin.get('/v1/apps')).status, 200)
      assert.equal((await createVisitor(platform).post('/v1/sign-in', { email, password })).code, 'sign_in_failed')
    })

    test('a page of an app cannot act in the name of who is signed in', async () => {
      const pages = [
        { origin: 'http://shop.localhost', 'sec-fetch-site': 'same-site' },
        { origin: 'http://berth.localhost.evil.example', 'sec-fetch-site': 'cross-site' },
        { origin: 'null', 'sec-fetch-site': 'cross-site' },
      ]
      for (const headers of pages) {
        const { status } = await admin.post('/v1/projects', { name: 'forged' }, headers)
        assert.equal(status, 403, JSON.stringify(headers))
      }
      const bare = await platform.api('POST', '/v1/projects', {
        token: null,
        body: { name: 'forged' },
        headers: { cookie: admin.cookie() ?? '' },
      })
      assert.equal(bare.status, 403)
      assert.doesNotMatch((await admin.get('/v1/projects')).body, /forged/)
    })

    test('an invitation lets in once, with the role that it says', async () => {
      assert.equal((await platform.berth('projects', 'create', 'team')).code, 0)
      const link = await invite('ada@example.org', '--project', 'team', '--role', 'developer')
      assert.match(link, /^http:\/\/[\w.:]+\/invitation#.{20,}$/)
      const me = await accept(developer, link, developerPassword)
      assert.deepEqual(
        [me.email, me.isAdmin, me.projects],
        ['ada@example.org', false, [{ name: 'team', role: 'developer' }]],
      )

      const secret = new URL(link).hash.slice(1)
      const again = await createVisitor(platform).post('/v1/invitations/accept', {
        secret,
        password: 'another password',
      })
      assert.equal(again.code, 'invitation_not_found')
      assert.equal((await developer.get('/v1/users')).code, 'forbidden')
      assert.equal((await developer.post('/v1/projects', { name: 'mine' })).code, 'forbidden')
    })

    test('a developer deploys in their project and nowhere else', async () => {
      const body = { name: 'team-app', project: 'team', image: 'test-app:1', port: 8080, env: { SECRET: 'hunter2' } }
      const created = await developer.post('/v1/apps', body)
      assert.equal(created.status, 200, created.body)
      const followed = await platform.berth('follow', 'team-app')
      assert.equal(followed.code, 0, followed.stdout + followed.stderr)
      assert.match((await developer.get('/v1/apps/team-app/environment')).body, /hunter2/)
      const elsewhere = await developer.post('/v1/apps', { ...body, name: 'intruder', project: 'default' })
      assert.deepEqual([elsewhere.status, elsewhere.code], [404, 'project_not_found'])
    })

    test('for a stranger an app of another project is as one that does not exist', async () => {
      const link = await invite('eve@example.org', '--project', 'default', '--role', 'admin')
      await accept(stranger, link, strangerPassword)
      assert.equal((await admin.get('/v1/apps/team-app')).status, 200)
      const apart = (body: string, name: string) => {
        const { requestId: _, ...problem } = JSON.parse(body) as Record<string, unknown>
        return JSON.stringify(problem).replaceAll(name, 'APP')
      }
      for (const path of ['', '/instances', '/releases', '/environment', '/deployments', '/logs']) {
        const real = await stranger.get(`/v1/apps/team-app${path}`)
        const none = await stranger.get(`/v1/apps/none-such${path}`)
        assert.deepEqual([real.status, none.status], [404, 404], path)
        assert.equal(apart(real.body, 'team-app'), apart(none.body, 'none-such'))
      }
      assert.equal((await stranger.post('/v1/apps/team-app/stop', undefined)).status, 404)
      assert.equal((await stranger.send('DELETE', '/v1/apps/team-app')).status, 404)
      assert.equal((await stranger.get('/v1/projects/team/members')).status, 404)
      for (const path of ['/v1/apps', '/v1/projects', '/v1/activity', '/v1/figures', '/v1/tokens', '/v1/invitations'])
        assert.doesNotMatch((await stranger.get(path)).body, /team|ada@example/, path)
      assert.equal((await platform.get('team-app.localhost')).status, 200)
    })

    test('a token does what its access says, in its project, and is refused the moment it is removed', async () => {
      const body = { name: 'reader of team', access: 'read', project: 'team', expiresInDays: 1 }
      const made = await developer.post('/v1/tokens', body)
      assert.equal(made.status, 200, made.body)
      const { token, row } = json<{ token: string; row: Token }>(made)

      assert.equal((await withToken(token, 'GET', '/v1/apps/team-app')).status, 200)
      assert.equal((await withToken(token, 'GET', '/v1/apps/team-app/environment')).status, 403)
      assert.equal((await withToken(token, 'POST', '/v1/apps/team-app/deployments', {})).status, 403)
      assert.deepEqual(
        json<App[]>(await withToken(token, 'GET', '/v1/apps')).map(({ name }) => name),
        ['team-app'],
      )
      assert.equal((await withToken(token, 'POST', '/v1/tokens', { name: 'more', access: 'deploy' })).status, 403)
      const listed = await platform.berth('tokens')
      assert.match(listed.stdout, /reader of team +read +team +in 23 h +(\d+ s ago|just now)/)

      assert.equal((await developer.send('DELETE', `/v1/tokens/${row.id}`)).status, 200)
      assert.equal((await withToken(token, 'GET', '/v1/apps/team-app')).status, 401)
    })

    test('a token loses what its owner loses', async () => {
      const made = await developer.post('/v1/tokens', { name: 'ci', access: 'deploy' })
      const { token } = json<{ token: string }>(made)
      assert.equal((await withToken(token, 'GET', '/v1/apps/team-app/environment')).status, 200)
      assert.equal((await platform.berth('members', 'set', 'team', 'ada@example.org', 'reader')).code, 0)
      assert.equal((await withToken(token, 'GET', '/v1/apps/team-app/environment')).status, 403)
      assert.equal((await platform.berth('members', 'rm', 'team', 'ada@example.org')).code, 0)
      assert.equal((await withToken(token, 'GET', '/v1/apps/team-app')).status, 404)
      assert.equal((await platform.berth('members', 'set', 'team', 'ada@example.org', 'developer')).code, 0)
      assert.equal((await platform.berth('users', 'block', 'ada@example.org')).code, 0)
      assert.equal((await withToken(token, 'GET', '/v1/apps/team-app')).status, 401)
      assert.equal((await developer.get('/v1/apps')).status, 401)
      assert.equal((await platform.berth('users', 'unblock', 'ada@example.org')).code, 0)
      assert.equal((await withToken(token, 'GET', '/v1/apps/team-app')).status, 200)
      const signedIn = await developer.post('/v1/sign-in', { email: 'ada@example.org', password: developerPassword })
      assert.equal(signedIn.status, 200, signedIn.body)
    })

    test('berth login gets a token that a person approved in the browser, and logout removes it', async () => {
      const url = `http://${platform.machine.address}`
      const login = start('login', url)
      const code = await login.says(/Code {2}(\S+)/)
      const asked = await developer.get(`/v1/login-requests/${code}`)
      assert.match(asked.body, /"client":"berth on /)
      const approved = await developer.post(`/v1/login-requests/${code}/answer`, { isApproved: true, access: 'read' })
      assert.equal(approved.status, 200, approved.body)
      const outcome = await login.ended
      assert.equal(outcome.code, 0, outcome.stdout + outcome.stderr)
      assert.match(outcome.stdout, /as ada@example\.org \(read\)\n$/)

      const run = (...words: string[]) => start(...words).ended
      const who = await run('whoami')
      assert.match(who.stdout, /^Who +ada@example\.org$/m)
      assert.match(who.stdout, /^Projects +team \(reader\)$/m)
      assert.match((await run('apps')).stdout, /^team-app /m)
      assert.equal((await run('scale', 'team-app', '2')).code, 2)

      const { token } = JSON.parse(readFileSync(join(home, '.config/berth/config.json'), 'utf8'))
      const logout = await run('logout')
      assert.equal(logout.code, 0, logout.stdout + logout.stderr)
      assert.equal((await withToken(token, 'GET', '/v1/apps')).status, 401)
      assert.equal((await run('apps')).code, 2)
    })

    test('a sign-in that was refused in the browser gives nothing', async () => {
      const login = start('login', `http://${platform.machine.address}`)
      const code = await login.says(/Code {2}(\S+)/)
      const answer = { isApproved: false }
      assert.equal((await developer.post(`/v1/login-requests/${code}/answer`, answer)).status, 200)
      const { code: exit, stderr } = await login.ended
      assert.equal(exit, 1)
      assert.match(stderr, /^error: The sign-in was refused in the browser/)
    })

    test('thirty wrong passwords are slowed down, while another user signs in as always', async () => {
      const tries = await Promise.all(
        Array.from({ length: 30 }, async (_, index) => {
          const wrong = { email: 'ada@example.org', password: `wrong password ${index}` }
          return (await createVisitor(platform).post('/v1/sign-in', wrong)).code ?? 'signed in'
        }),
      )
      assert.ok(tries.includes('rate_limited'), tries.join(' '))
      assert.ok(
        tries.every((code) => code === 'rate_limited' || code === 'sign_in_failed'),
        tries.join(' '),
      )
      const { email } = await platform.firstAdmin()
      const other = await createVisitor(platform).post('/v1/sign-in', { email, password: adminPassword })
      assert.equal(other.status, 200, other.body)
      // Who is signed in already is not thrown out by somebody else's tries.
      assert.equal((await developer.get('/v1/apps')).status, 200)
    })

    test('all of it is in the activity log, with who did it and without a secret', async () => {
      const answer = await platform.api('GET', '/v1/activity?limit=500')
      const kinds = new Set(json<ActivityEvent[]>(answer).map(({ kind }) => kind))
      const expected = [
        ...['signed_in', 'sign_in_failed', 'password_changed', 'login_request_approved', 'login_request_refused'],
        ...['project_created', 'invitation_created', 'invitation_accepted', 'member_role_changed', 'member_added'],
        ...['token_created', 'token_removed', 'user_blocked', 'user_let_in'],
      ]
      for (const kind of expected) assert.ok(kinds.has(kind), `${kind} is not among ${[...kinds].join(', ')}`)
      for (const secret of [adminPassword, developerPassword, 'hunter2', 'wrong password'])
        assert.ok(!answer.body.includes(secret), secret)
    })

    test('it leaves the platform as it was', async () => {
      assert.equal((await platform.berth('rm', 'team-app', '--yes')).code, 0)
      for (const email of ['ada@example.org', 'eve@example.org'])
        assert.equal((await platform.berth('users', 'rm', email, '--yes')).code, 0)
      assert.equal((await platform.berth('projects', 'rm', 'team')).code, 0)
    })
  })
