import type { Access } from '@berth/contract'
import { addTestApp } from '../apps/test-app.ts'
import { byCookie, byForeignPage, byToken, type TestPlatform } from './test-platform.ts'
import { subject } from './test-requests.ts'

/** Someone who asks, and what they may do; written down by hand, so that it is not what the gate computes. */
export type Visitor = {
  name: string
  headers: Record<string, string>
  may: Standing | 'not signed in' | 'another page'
}

export type Standing = {
  /** The most, anywhere. */
  most: Access
  isAdmin: boolean
  /** On the app and project that the walk asks about; null: may not know of them. */
  there: Access | null
}

const { project } = subject
const standing = (most: Access, there: Access | null, isAdmin = false): Standing => ({ most, isAdmin, there })

/** Passwords are hashed on purpose slowly, so everyone signs in once. */
export async function inviteVisitors(platform: TestPlatform): Promise<Visitor[]> {
  const { people, stores, addUser, addToken, signIn, db } = platform
  for (const name of [project, 'other']) await people.projects.create(name)
  await addTestApp(stores.apps, subject.app, project)
  await stores.activity.add({ actor: 'root@example.org', kind: 'app_created', app: subject.app, project })

  const users = [
    { email: 'root@example.org', isAdmin: true, may: standing('admin', 'admin', true) },
    { email: 'chief@example.org', roles: { [project]: 'admin', other: 'reader' }, may: standing('admin', 'admin') },
    { email: 'dev@zebra.example', roles: { [project]: 'developer' }, may: standing('deploy', 'deploy') },
    { email: 'reader@zebra.example', roles: { [project]: 'reader' }, may: standing('read', 'read') },
    { email: 'stranger@example.org', roles: { other: 'admin' }, may: standing('admin', null) },
    { email: 'strange-reader@example.org', roles: { other: 'reader' }, may: standing('read', null) },
    { email: 'loner@example.org', may: standing('read', null) },
    { email: 'fresh@example.org', isAdmin: true, mustChangePassword: true, may: standing('self', null) },
    { email: 'blocked@example.org', isAdmin: true, may: 'not signed in' },
  ] as const

  const visitors: Visitor[] = [
    { name: 'nobody', headers: {}, may: 'not signed in' },
    { name: 'a token that never was', headers: byToken(`berth_${'x'.repeat(43)}`), may: 'not signed in' },
    { name: 'a session that never was', headers: byCookie('berth_session=nothing'), may: 'not signed in' },
  ]
  const ids: Record<string, string> = {}
  const cookies: Record<string, string> = {}
  for (const { may, ...user } of users) {
    const [name] = user.email.split('@')
    const id = await addUser(user)
    const cookie = await signIn(user.email)
    Object.assign(ids, { [`${name}`]: id })
    Object.assign(cookies, { [`${name}`]: cookie })
    visitors.push(
      { name: `${name} by session`, headers: byCookie(cookie), may },
      { name: `${name} by token`, headers: byToken(await addToken(id, {})), may },
    )
  }
  // As if the sessions had been forgotten when it was done.
  await db.updateTable('users').set({ isBlocked: 1 }).where('email', '=', 'blocked@example.org').execute()

  const tokens: [name: string, token: string, may: Visitor['may']][] = [
    ['the token of the install', await addToken(null, {}), standing('admin', 'admin', true)],
    ['an expired token of an admin', await addToken(ids.root ?? '', { expiresAtMs: Date.now() - 1 }), 'not signed in'],
    ['an admin, to read', await addToken(ids.root ?? '', { access: 'read' }), standing('read', 'read')],
    ['an admin, to deploy', await addToken(ids.root ?? '', { access: 'deploy' }), standing('deploy', 'deploy')],
    ['an admin, for there', await addToken(ids.root ?? '', { project }), standing('admin', 'admin')],
    ['an admin, for elsewhere', await addToken(ids.root ?? '', { project: 'other' }), standing('admin', null)],
    ['a developer, to read', await addToken(ids.dev ?? '', { access: 'read' }), standing('read', 'read')],
    ['a chief, for elsewhere', await addToken(ids.chief ?? '', { project: 'other' }), standing('read', null)],
    ['a developer, for where they are nothing', await addToken(ids.dev ?? '', { project: 'other' }), 'not signed in'],
  ]
  for (const [name, token, may] of tokens) visitors.push({ name, headers: byToken(token), may })

  const root = cookies.root ?? ''
  visitors.push({ name: 'an app with the cookie of an admin', headers: byForeignPage(root), may: 'another page' })
  return visitors
}
