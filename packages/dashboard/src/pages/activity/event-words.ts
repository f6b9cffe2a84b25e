import type { ActivityEvent } from '@berth/contract'
import { plainText } from '../app/logs/log-text.ts'

export const topics = ['deployments', 'apps', 'machines', 'access', 'sign-ins', 'other'] as const
export type Topic = (typeof topics)[number]
export const topicWords: Record<Topic, string> = {
  deployments: 'Deployments',
  apps: 'Apps',
  machines: 'Machines',
  access: 'People and access',
  'sign-ins': 'Sign-ins',
  other: 'Other',
}

export type EventTone = 'plain' | 'good' | 'warn' | 'bad'
/** A sentence about an event, in which what can be gone to is told apart. */
export type Piece = { text: string } | { app: string } | { project: string }

type Telling = { topic: Topic; tone?: EventTone; title: string; says: string }

/** `says` goes on after the name of who did it. */
const tellings: Record<string, Telling> = {
  app_created: { topic: 'apps', title: 'App created', says: 'created the app {app}' },
  app_removed: { topic: 'apps', title: 'App removed', tone: 'warn', says: 'removed the app {app}' },
  app_scaled: { topic: 'apps', title: 'App scaled', says: 'scaled {app}' },
  app_stopped: { topic: 'apps', title: 'App stopped', tone: 'warn', says: 'stopped {app}' },
  app_started: { topic: 'apps', title: 'App started', says: 'started {app}' },
  machine_registered_anew: {
    topic: 'machines',
    title: 'Machine brought back',
    tone: 'warn',
    says: 'brought a machine back that the cluster held for lost',
  },
  instance_replaced: { topic: 'apps', title: 'Instance replaced', tone: 'warn', says: 'replaced an instance of {app}' },
  network_fault: {
    topic: 'machines',
    title: 'Network fault',
    tone: 'bad',
    says: 'found machines that do not reach each other',
  },
  network_fault_ended: {
    topic: 'machines',
    title: 'Network fault over',
    tone: 'good',
    says: 'found machines that reach each other again',
  },
  deploy_requested: { topic: 'deployments', title: 'Deployment asked for', says: 'began to deploy {app}' },
  deployment_requested: { topic: 'deployments', title: 'Deployment asked for', says: 'began to deploy {app}' },
  rollback_requested: { topic: 'deployments', title: 'Rollback asked for', says: 'began to roll {app} back' },
  restart_requested: { topic: 'deployments', title: 'Restart asked for', says: 'began to restart {app}' },
  deployment_succeeded: { topic: 'deployments', title: 'Deployment succeeded', tone: 'good', says: 'deployed {app}' },
  deployment_failed: {
    topic: 'deployments',
    title: 'Deployment failed',
    tone: 'bad',
    says: 'could not deploy {app}',
  },
  deployment_cancelled: {
    topic: 'deployments',
    title: 'Deployment cancelled',
    says: 'cancelled a deployment of {app}',
  },
  push_received: { topic: 'deployments', title: 'Pushed', says: 'pushed, which began to build {app}' },
  build_requested: { topic: 'deployments', title: 'Build asked for', says: 'began to build {app}' },
  build_succeeded: { topic: 'deployments', title: 'Build succeeded', tone: 'good', says: 'built {app}' },
  build_failed: { topic: 'deployments', title: 'Build failed', tone: 'bad', says: 'could not build {app}' },
  build_cancelled: { topic: 'deployments', title: 'Build cancelled', says: 'cancelled a build of {app}' },
  image_slimming_requested: {
    topic: 'deployments',
    title: 'Smaller image asked for',
    says: 'began to make the image of {app} smaller',
  },
  join_token_created: { topic: 'machines', title: 'Join token made', says: 'made a join token' },
  machine_joins: { topic: 'machines', title: 'Machine joins', tone: 'good', says: 'let a machine join' },
  machine_removed: { topic: 'machines', title: 'Machine removed', tone: 'warn', says: 'removed a machine' },
  machine_promoted: { topic: 'machines', title: 'Machine promoted', says: 'made a machine a manager' },
  machine_demoted: { topic: 'machines', title: 'Machine demoted', says: 'made a manager a worker' },
  machine_labelled: { topic: 'machines', title: 'Labels changed', says: 'changed the labels of a machine' },
  machine_cordoned: { topic: 'machines', title: 'Machine cordoned', tone: 'warn', says: 'cordoned a machine' },
  machine_uncordoned: { topic: 'machines', title: 'Machine uncordoned', says: 'uncordoned a machine' },
  machine_drain_requested: { topic: 'machines', title: 'Drain asked for', says: 'began to drain a machine' },
  machine_drain_succeeded: { topic: 'machines', title: 'Machine drained', tone: 'good', says: 'drained a machine' },
  machine_drain_failed: { topic: 'machines', title: 'Drain failed', tone: 'bad', says: 'could not drain a machine' },
  machine_drain_cancelled: { topic: 'machines', title: 'Drain cancelled', says: 'cancelled a drain' },
  machine_activated: { topic: 'machines', title: 'Machine activated', says: 'activated a machine' },
  rebalance_suggested: { topic: 'machines', title: 'Rebalance offered', says: 'offers to spread instances evenly' },
  rebalance_requested: { topic: 'machines', title: 'Rebalance asked for', says: 'began to spread instances evenly' },
  rebalance_succeeded: {
    topic: 'machines',
    title: 'Rebalance succeeded',
    tone: 'good',
    says: 'spread instances evenly',
  },
  rebalance_failed: {
    topic: 'machines',
    title: 'Rebalance failed',
    tone: 'bad',
    says: 'could not spread instances evenly',
  },
  rebalance_cancelled: { topic: 'machines', title: 'Rebalance cancelled', says: 'cancelled a rebalance' },
  cluster_settings_changed: { topic: 'machines', title: 'Setting changed', says: 'changed a setting of the cluster' },
  registry_added: { topic: 'access', title: 'Registry added', says: 'added a registry to {project}' },
  registry_removed: { topic: 'access', title: 'Registry removed', says: 'removed a registry of {project}' },
  repository_added: { topic: 'access', title: 'Repository added', says: 'stored credentials of repositories' },
  repository_removed: { topic: 'access', title: 'Repository removed', says: 'forgot credentials of repositories' },
  webhook_added: { topic: 'access', title: 'Webhook made', says: 'has pushes build {app}' },
  webhook_removed: { topic: 'access', title: 'Webhook removed', says: 'ended that pushes build {app}' },
  project_created: { topic: 'access', title: 'Project created', says: 'created the project {project}' },
  project_removed: { topic: 'access', title: 'Project removed', tone: 'warn', says: 'removed the project {project}' },
  member_added: { topic: 'access', title: 'Member added', says: 'let someone into the project {project}' },
  member_changed: { topic: 'access', title: 'Role changed', says: 'changed a role in {project}' },
  member_role_changed: { topic: 'access', title: 'Role changed', says: 'changed a role in {project}' },
  member_removed: { topic: 'access', title: 'Member removed', says: 'took a role in {project} away' },
  invitation_created: { topic: 'access', title: 'Invitation', says: 'invited someone' },
  invitation_removed: { topic: 'access', title: 'Invitation taken back', says: 'took an invitation back' },
  invitation_accepted: { topic: 'access', title: 'Invitation accepted', says: 'accepted an invitation' },
  user_made_admin: { topic: 'access', title: 'Admin made', tone: 'warn', says: 'made someone an admin of Berth' },
  user_admin_ended: { topic: 'access', title: 'Admin ended', says: 'ended that someone is an admin of Berth' },
  user_blocked: { topic: 'access', title: 'User blocked', tone: 'warn', says: 'blocked a user' },
  user_let_in: { topic: 'access', title: 'User let in again', says: 'let a user in again' },
  user_removed: { topic: 'access', title: 'User removed', tone: 'warn', says: 'removed a user' },
  password_reset: { topic: 'access', title: 'Password reset', tone: 'warn', says: 'gave a user a one-time password' },
  token_created: { topic: 'access', title: 'Token made', says: 'made a token' },
  token_removed: { topic: 'access', title: 'Token removed', says: 'removed a token' },
  login_request_approved: { topic: 'sign-ins', title: 'Command signed in', says: 'let a command sign in' },
  login_request_refused: {
    topic: 'sign-ins',
    title: 'Command refused',
    tone: 'warn',
    says: 'refused to let a command sign in',
  },
  signed_in: { topic: 'sign-ins', title: 'Sign-in', says: 'signed in' },
  signed_out: { topic: 'sign-ins', title: 'Sign-out', says: 'signed out' },
  sign_in_failed: { topic: 'sign-ins', title: 'Failed sign-in', tone: 'bad', says: 'failed to sign in' },
  sessions_ended: { topic: 'sign-ins', title: 'Sessions ended', says: 'ended sessions' },
  password_changed: { topic: 'sign-ins', title: 'Password changed', says: 'chose another password' },
  second_factor_added: { topic: 'sign-ins', title: 'Second factor added', says: 'set up a second factor' },
  second_factor_removed: {
    topic: 'sign-ins',
    title: 'Second factor removed',
    tone: 'warn',
    says: 'removed their second factor',
  },
  recovery_code_used: {
    topic: 'sign-ins',
    title: 'Recovery code used',
    tone: 'warn',
    says: 'signed in with a recovery code',
  },
}

const noApp = 'an app'
const noProject = 'a project'

/** A kind that this page does not know is still told, in its own words. */
export function describeEvent({ kind, app, project }: Pick<ActivityEvent, 'kind' | 'app' | 'project'>): {
  topic: Topic
  tone: EventTone
  pieces: Piece[]
} {
  const telling = findTelling(kind)
  const says = telling?.says ?? `${readable(kind)}${app === null ? '' : ' {app}'}`
  const pieces = says
    .split(/(\{app\}|\{project\})/)
    .filter((part) => part !== '')
    .map((part): Piece => {
      if (part === '{app}') return app === null ? { text: noApp } : { app }
      if (part === '{project}') return project === null ? { text: noProject } : { project }
      return { text: part }
    })
  return { topic: telling?.topic ?? 'other', tone: telling?.tone ?? 'plain', pieces }
}

/** Who is not signed in is called `nobody`, which reads as its contrary in a sentence. */
export const describeActor = (actor: string): string =>
  actor.trim() === '' || actor === 'nobody' ? 'Somebody' : plainText(actor)

export const topicOf = (kind: string): Topic => findTelling(kind)?.topic ?? 'other'

/** "Deployment failed" */
export function titleOfKind(kind: string): string {
  const words = findTelling(kind)?.title ?? readable(kind)
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const readable = (kind: string) => kind.replaceAll('_', ' ').trim() || 'something'

const findTelling = (kind: string): Telling | undefined => (Object.hasOwn(tellings, kind) ? tellings[kind] : undefined)
