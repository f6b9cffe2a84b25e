import { type App, type Deployment, followDeployment, getApp } from '@berth/contract'
import type { Context } from '../command.ts'
import { exitCode, exitCodeOf } from '../exit-code.ts'
import { plainText } from '../terminal/plain-text.ts'
import { openStepView, silentView } from '../terminal/step-view.ts'
import { followToEnd } from './follow-to-end.ts'
import { describeFailure, describeSuccess } from './outcome.ts'
import { stepLineOf } from './step-list.ts'

const kindTitles: Record<Deployment['kind'], string> = {
  deploy: 'Deploying',
  rollback: 'Rolling back',
  restart: 'Restarting',
}

export type WatchOptions = {
  json: boolean
  /** How far our clock is ahead of the server's, where that is known. */
  skewMs?: number
}

/** Shows a deployment until it ends, and how it ended. Only a success is exit code 0. */
export async function watchDeployment(first: Deployment, options: WatchOptions, context: Context): Promise<number> {
  const ended = await showToEnd(first, options, context)
  const isLive = ended.state === 'succeeded'
  if (options.json) context.printJson(ended)
  else if (isLive) context.print(`\n${describeSuccess(ended, context.terminal)}`)
  else await reportFailure(ended, context)
  return isLive ? exitCode.ok : exitCode.failed
}

/** A deployment that was just asked for: its first time stamp tells how the two clocks differ. */
export const watchNewDeployment = (first: Deployment, options: { json: boolean }, context: Context): Promise<number> =>
  watchDeployment(first, { ...options, skewMs: context.now() - Date.parse(first.createdAt) }, context)

async function showToEnd(first: Deployment, { json, skewMs = 0 }: WatchOptions, context: Context): Promise<Deployment> {
  if (!json) context.print(`${titleOf(first, context)}\n`)
  const view = json ? silentView : openStepView(context, { skewMs, what: 'The deployment' })
  try {
    return await followToEnd(followedOf(first, context), view, context)
  } catch (error) {
    view.end()
    if (context.signal.aborted || exitCodeOf(error) === exitCode.unavailable) sayItGoesOn(first, context)
    throw error
  } finally {
    view.end()
  }
}

function followedOf(first: Deployment, { stream }: Context) {
  const params = { app: first.app, deploymentId: first.id }
  return {
    first,
    follow: () => stream(followDeployment, { params }),
    stepsOf: ({ steps }: Deployment) => steps.map(stepLineOf),
    what: 'the deployment',
    hint: `Follow it again with: berth follow ${first.app}`,
  }
}

function titleOf({ kind, app, image, releaseVersion }: Deployment, { terminal: { colors } }: Context): string {
  const what = kind === 'rollback' && releaseVersion ? ` to v${releaseVersion}` : ''
  return `${kindTitles[kind]} ${colors.bold(plainText(app))}${what} ${colors.dim(`(${plainText(image)})`)}`
}

async function reportFailure(ended: Deployment, { call, note, terminal }: Context): Promise<void> {
  // What serves is worth a line, but not worth hiding the reason when the server cannot say.
  const app: App | undefined = await call(getApp, { params: { app: ended.app } }).catch(() => undefined)
  note('')
  for (const line of describeFailure(ended, app, terminal)) note(line)
}

function sayItGoesOn({ app }: Deployment, { note }: Context): void {
  note(`\nThe deployment goes on. Follow it: berth follow ${app}   Cancel it: berth cancel ${app}`)
}
