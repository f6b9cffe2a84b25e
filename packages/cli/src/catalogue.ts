import type { Command, CommandGroup } from './command.ts'

/** Loaded one at a time, because most of a short command's time is loading code. */
const loaders = {
  deploy: async () => (await import('./commands/deploy.ts')).deploy,
  follow: async () => (await import('./commands/follow.ts')).follow,
  builds: async () => (await import('./commands/builds.ts')).builds,
  cancel: async () => (await import('./commands/cancel.ts')).cancel,
  rollback: async () => (await import('./commands/rollback.ts')).rollback,
  restart: async () => (await import('./commands/restart.ts')).restart,
  apps: async () => (await import('./commands/apps.ts')).apps,
  ps: async () => (await import('./commands/ps.ts')).ps,
  logs: async () => (await import('./commands/logs.ts')).logs,
  open: async () => (await import('./commands/open.ts')).open,
  env: async () => (await import('./commands/env.ts')).env,
  image: async () => (await import('./commands/image.ts')).image,
  scale: async () => (await import('./commands/scale.ts')).scale,
  stop: async () => (await import('./commands/stop.ts')).stop,
  start: async () => (await import('./commands/start.ts')).start,
  rm: async () => (await import('./commands/rm.ts')).rm,
  releases: async () => (await import('./commands/releases.ts')).releases,
  deployments: async () => (await import('./commands/deployments.ts')).deployments,
  activity: async () => (await import('./commands/activity.ts')).activity,
  machines: async () => (await import('./commands/machines.ts')).machines,
  backups: async () => (await import('./commands/backups.ts')).backups,
  disk: async () => (await import('./commands/disk.ts')).disk,
  top: async () => (await import('./commands/top.ts')).top,
  registries: async () => (await import('./commands/registries.ts')).registries,
  repositories: async () => (await import('./commands/repositories.ts')).repositories,
  webhooks: async () => (await import('./commands/webhooks.ts')).webhooks,
  status: async () => (await import('./commands/status.ts')).status,
  login: async () => (await import('./commands/login.ts')).login,
  logout: async () => (await import('./commands/logout.ts')).logout,
  whoami: async () => (await import('./commands/whoami.ts')).whoami,
  tokens: async () => (await import('./commands/tokens.ts')).tokens,
  projects: async () => (await import('./commands/projects.ts')).projects,
  members: async () => (await import('./commands/members.ts')).members,
  users: async () => (await import('./commands/users.ts')).users,
  invitations: async () => (await import('./commands/invitations.ts')).invitations,
} satisfies Record<string, () => Promise<Command | CommandGroup>>

export type CommandName = keyof typeof loaders

export const commandNames = Object.keys(loaders) as CommandName[]

export const isCommandName = (name: string): name is CommandName => Object.hasOwn(loaders, name)

export const loadCommand = (name: CommandName): Promise<Command | CommandGroup> => loaders[name]()

/** In the order in which the help shows them. */
export const commandGroups: readonly { title: string; names: readonly CommandName[] }[] = [
  { title: 'Deploy', names: ['deploy', 'builds', 'follow', 'cancel', 'rollback', 'restart', 'webhooks'] },
  { title: 'Apps', names: ['apps', 'ps', 'logs', 'open', 'env', 'image', 'scale', 'stop', 'start', 'rm'] },
  { title: 'History', names: ['releases', 'deployments', 'activity'] },
  { title: 'Platform', names: ['machines', 'top', 'disk', 'registries', 'repositories', 'backups', 'status'] },
  { title: 'You', names: ['login', 'logout', 'whoami', 'tokens'] },
  { title: 'People', names: ['projects', 'members', 'users', 'invitations'] },
]

/** Run by the ./berth wrapper on the machine itself; here only so that the help is complete. */
export const wrapperCommands = {
  up: 'Install or repair Berth on this machine',
  down: 'Remove Berth from this machine (--data: its data as well)',
  restore: 'Bring a cluster back from a backup, on this machine',
  join: 'Make this machine a member of a cluster, with a token',
} as const

/** Of a group whose other commands are here. */
export const wrapperSubcommands = {
  'machines create': 'Make machines in containers on this computer',
  'machines stop, start': 'Stop one of those, or start it again',
  'machines env': 'What lets docker speak to the engine of one',
  'machines add': 'Make a machine that SSH reaches a member of the cluster',
  'machines rm': 'Drain a machine and take it out of the cluster',
} as const
