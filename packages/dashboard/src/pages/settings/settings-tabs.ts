import type { Me } from '@berth/contract'

export const tabs = [
  'profile',
  'tokens',
  'sessions',
  'members',
  'invitations',
  'users',
  'registries',
  'repositories',
  'about',
] as const
export type Tab = (typeof tabs)[number]
export const tabWords: Record<Tab, string> = {
  profile: 'Profile',
  tokens: 'Tokens',
  sessions: 'Sessions',
  members: 'Members',
  invitations: 'Invitations',
  users: 'Users',
  registries: 'Registries',
  repositories: 'Repositories',
  about: 'About',
}

type Asker = Pick<Me, 'isAdmin' | 'projects' | 'access'>

/** Why somebody may not use a tab; undefined where they may. */
export function refusalOf(tab: Tab, me: Asker): string | undefined {
  if (me.isAdmin) return undefined
  if (tab === 'tokens' && me.projects.length === 0) {
    return 'A token may do what its owner may, and you have no role in any project yet. Ask an admin to invite you to one.'
  }
  if (tab === 'members' && me.projects.length === 0) {
    return 'You have no role in any project yet. Ask an admin to invite you to one.'
  }
  if (tab === 'invitations' && !me.projects.some(({ role }) => role === 'admin')) {
    return 'Only an admin of a project invites others to it, and you are not an admin of any. Ask one of them; Members says who they are.'
  }
  if (tab === 'users') {
    return 'Only an admin of Berth sees everybody who can sign in. Who is in your projects stands under Members.'
  }
  if (tab === 'registries') {
    return 'Only an admin of Berth stores what registries ask for. Tell one of them which image your app needs.'
  }
  if (tab === 'repositories') {
    return 'Only an admin of Berth stores what private repositories ask for. Tell one of them which one your app is built from.'
  }
  return undefined
}

export const isTab = (name: string): name is Tab => (tabs as readonly string[]).includes(name)

export const listTabs = (me: Asker): Tab[] => tabs.filter((tab) => refusalOf(tab, me) === undefined)
