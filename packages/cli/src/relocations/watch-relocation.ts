import { followRelocation, formatDuration, type Relocation, type RelocationStep } from '@berth/contract'
import type { Context } from '../command.ts'
import { followToEnd } from '../deployments/follow-to-end.ts'
import { exitCode, exitCodeOf } from '../exit-code.ts'
import { plainText } from '../terminal/plain-text.ts'
import type { StepLine } from '../terminal/step-lines.ts'
import { openStepView, silentView } from '../terminal/step-view.ts'

type WatchOptions = {
  json: boolean
  /** Whether it was asked for just now, so that its first time stamp tells how the two clocks differ. */
  isNew: boolean
}

/** Shows a relocation until it ends, and how it ended. Only a success is exit code 0. */
export async function watchRelocation(first: Relocation, options: WatchOptions, context: Context): Promise<number> {
  const ended = await showToEnd(first, options, context)
  if (options.json) context.printJson(ended)
  else report(ended, context)
  return ended.state === 'succeeded' ? exitCode.ok : exitCode.failed
}

async function showToEnd(first: Relocation, { json, isNew }: WatchOptions, context: Context): Promise<Relocation> {
  const { stream, note, now, signal } = context
  const skewMs = isNew ? now() - Date.parse(first.createdAt) : 0
  const what = first.kind === 'drain' ? 'the drain' : 'the rebalance'
  const view = json ? silentView : openStepView(context, { skewMs, what: what.replace('the', 'The') })
  const params = { relocationId: first.id }
  const follow = () => stream(followRelocation, { params })
  const hint = 'See how far it is: berth machines relocations'
  try {
    return await followToEnd({ first, follow, stepsOf: stepLinesOf, what, hint }, view, context)
  } catch (error) {
    view.end()
    if (signal.aborted || exitCodeOf(error) === exitCode.unavailable) note(`\n${what} goes on. ${howToStop(first)}`)
    throw error
  } finally {
    view.end()
  }
}

const howToStop = ({ machine }: Relocation) =>
  machine === null
    ? 'See how far it is: berth machines relocations   Cancel it: berth machines rebalance --cancel'
    : `See how far it is: berth machines relocations   Cancel it: berth machines activate ${machine}`

/** One line for each service that leaves, and one for what else there is to wait for. */
export function stepLinesOf({ kind, state, words, steps, createdAt }: Relocation): StepLine[] {
  const lines = steps.map((step) => lineOf(step, kind))
  if (lines.length > 0 || words === null || (state !== 'pending' && state !== 'running')) return lines
  return [{ title: 'Begin', state: 'running', detail: words, startedAt: createdAt, finishedAt: null }]
}

function lineOf({ app, service, from, words, state, startedAt, finishedAt }: RelocationStep, kind: Relocation['kind']) {
  const name = service === 'web' ? app : `${app} ${service}`
  return { title: kind === 'drain' ? name : `${name} off ${from}`, state, detail: words, startedAt, finishedAt }
}

function report(ended: Relocation, { print, note, terminal }: Context) {
  const { colors } = terminal
  const { state, failure, words } = ended
  if (state === 'failed') {
    note(`\n${colors.red('error:')} ${plainText(failure?.message ?? 'it failed')}`)
    if (failure?.hint) note(`hint: ${plainText(failure.hint)}`)
    return
  }
  const time = formatDuration(Date.parse(ended.finishedAt ?? ended.createdAt) - Date.parse(ended.createdAt))
  const end = ended.machine === null ? 'Rebalanced' : `${ended.machine} is drained`
  print(`\n${state === 'succeeded' ? `✓ ${plainText(end)}` : 'Cancelled'}: ${plainText(words ?? '')} (${time})`)
}
