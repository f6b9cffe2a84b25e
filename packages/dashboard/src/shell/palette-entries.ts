import type { App, Machine, Me } from '@berth/contract'
import { may } from '#api/me.ts'

/** What the palette offers. `isQuiet`: only once something was typed. */
export type Entry = {
  id: string
  label: string
  /** What kind of thing it is, or in which state. */
  below: string
  does:
    | { kind: 'go'; to: string }
    | { kind: 'ask'; what: 'scale' | 'restart' | 'deploy'; app: App }
    | { kind: 'shortcuts' }
  isQuiet?: boolean
}

const pages: readonly (readonly [label: string, to: string])[] = [
  ['Apps', '/'],
  ['Machines', '/machines'],
  ['Activity', '/activity'],
  ['Settings: profile', '/settings/profile'],
  ['Settings: tokens', '/settings/tokens'],
  ['Settings: sessions', '/settings/sessions'],
  ['Settings: members', '/settings/members'],
  ['Settings: invitations', '/settings/invitations'],
  ['Settings: about', '/settings/about'],
]

/** Everything that can be gone to or done, for what this person may do. */
export function listEntries(me: Me, apps: readonly App[], machines: readonly Machine[] = []): Entry[] {
  return [
    ...(me.isAdmin || me.projects.some(({ role }) => role !== 'reader')
      ? [
          {
            id: 'new',
            label: 'New app',
            below: 'From an image or a source',
            does: { kind: 'go', to: '/apps/new' },
          } as const,
        ]
      : []),
    ...pages.map(
      ([label, to]): Entry => ({
        id: to,
        label,
        below: 'Page',
        does: { kind: 'go', to },
        isQuiet: to.startsWith('/settings/'),
      }),
    ),
    ...(me.isAdmin
      ? [{ id: 'disk', label: 'Disks', below: 'Page', does: { kind: 'go', to: '/disk' }, isQuiet: true } as const]
      : []),
    ...(me.isAdmin ? ['users', 'registries', 'repositories'].map(entryOfTab) : []),
    { id: 'shortcuts', label: 'Keyboard shortcuts', below: 'Help', does: { kind: 'shortcuts' } },
    ...apps.flatMap((app) => entriesOf(me, app)),
    ...machines.map(entryOfMachine),
  ]
}

const entryOfTab = (tab: string): Entry => ({
  id: tab,
  label: `Settings: ${tab}`,
  below: 'Page',
  does: { kind: 'go', to: `/settings/${tab}` },
  isQuiet: true,
})

const entryOfMachine = ({ name, role }: Machine): Entry => ({
  id: `machine ${name}`,
  label: `Machine ${name}`,
  below: role === 'manager' ? 'Manager' : 'Worker',
  does: { kind: 'go', to: `/machines/${name}` },
  isQuiet: true,
})

function entriesOf(me: Me, app: App): Entry[] {
  const { name } = app
  const go = (id: string, label: string, to: string): Entry => ({
    id: `${id} ${name}`,
    label,
    below: `App in ${app.project}`,
    does: { kind: 'go', to },
    isQuiet: id !== 'app',
  })
  const ask = (what: 'scale' | 'restart' | 'deploy', label: string): Entry => ({
    id: `${what} ${name}`,
    label,
    below: `Action on an app in ${app.project}`,
    does: { kind: 'ask', what, app },
    isQuiet: true,
  })
  return [
    go('app', name, `/apps/${name}`),
    go('logs', `Logs of ${name}`, `/apps/${name}/logs`),
    go('placement', `Placement of ${name}`, `/apps/${name}/placement`),
    go('releases', `Releases of ${name}`, `/apps/${name}/releases`),
    go('builds', `Builds of ${name}`, `/apps/${name}/builds`),
    ...(may(me, 'deploy', app.project)
      ? [
          ask('deploy', `Deploy another image of ${name}`),
          ask('restart', `Restart ${name}`),
          ask('scale', `Scale ${name}`),
          go('environment', `Environment of ${name}`, `/apps/${name}/environment`),
        ]
      : []),
  ]
}

const mostShown = 12

/** The entries that have every word that was typed; what begins with it first. */
export function findEntries(entries: readonly Entry[], typed: string): Entry[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return entries.filter(({ isQuiet }) => !isQuiet).slice(0, mostShown)
  const found = entries.flatMap((entry) => {
    const label = entry.label.toLowerCase()
    if (!words.every((word) => label.includes(word))) return []
    const begins = label.startsWith(words[0] ?? '') ? 0 : 1
    return [{ entry, rank: [label === words.join(' ') ? 0 : 1, begins, label.length] }]
  })
  return found
    .toSorted((one, other) => compareRanks(one.rank, other.rank))
    .slice(0, mostShown)
    .map(({ entry }) => entry)
}

function compareRanks(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((part, index) => part !== other[index])
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0)
}
