import { type App, getApp, PlatformError } from '@berth/contract'
import type { Context } from '../command.ts'
import { isTransient } from '../deployments/follow-to-end.ts'
import { exitCode } from '../exit-code.ts'
import { errorLines } from '../terminal/describe-error.ts'
import { liveLines } from '../terminal/live-lines.ts'
import { plainText } from '../terminal/plain-text.ts'
import { cutText } from '../terminal/text-width.ts'

const pollMs = 500

export type Progress = { kind: 'ready' } | { kind: 'waiting'; text: string } | { kind: 'failed'; reason: string }

/** What an app's state means to somebody who waits for all of its instances. */
export function judgeApp(app: App): Progress {
  if (app.state === 'stopped') return { kind: 'failed', reason: `${app.name} was stopped meanwhile` }
  if (app.readyReplicas === app.replicas && app.state === 'running') return { kind: 'ready' }
  const reason = app.reason && !/^\d+ of \d+/.test(app.reason) ? ` (${app.reason})` : ''
  return { kind: 'waiting', text: `${app.readyReplicas} of ${app.replicas} instances up${reason}` }
}

/** Shows the app until all of its instances are up, at most for the deadline. */
export async function waitUntilReady(
  name: string,
  { deadlineMs, json }: { deadlineMs: number; json: boolean },
  context: Context,
): Promise<number> {
  const endMs = context.now() + deadlineMs
  const view = json ? undefined : openProgress(context)
  try {
    for (;;) {
      const app = await readApp(name, context)
      const progress = app ? judgeApp(app) : ({ kind: 'waiting', text: 'Berth does not answer' } as const)
      if (progress.kind === 'waiting' && context.now() < endMs) {
        view?.show(progress.text)
        await context.wait(pollMs)
        continue
      }
      view?.end()
      return report(app, progress, { deadlineMs, json }, context)
    }
  } finally {
    view?.end()
  }
}

const readApp = (name: string, { call }: Context) =>
  call(getApp, { params: { app: name } }).catch((error) => {
    if (isTransient(error)) return undefined
    throw error
  })

function report(
  app: App | undefined,
  progress: Progress,
  { deadlineMs, json }: { deadlineMs: number; json: boolean },
  { print, printJson, note, terminal: { colors } }: Context,
): number {
  if (!app) throw new PlatformError('engine_unavailable', `Berth has not answered for ${deadlineMs / 1000} s`)
  if (json) printJson(app)
  if (progress.kind === 'ready') {
    const count = `${app.readyReplicas} of ${app.replicas} instances up`
    if (!json)
      print(`${colors.green('✓')} ${plainText(app.name)}: ${count}${app.url ? ` at ${plainText(app.url)}` : ''}`)
    return exitCode.ok
  }
  const reason = progress.kind === 'failed' ? progress.reason : `after ${deadlineMs / 1000} s only ${progress.text}`
  const hint = `See berth ps ${app.name} and berth logs ${app.name}; Berth goes on trying`
  for (const line of errorLines(`${app.name}: ${reason}`, hint, colors)) note(line)
  return exitCode.failed
}

function openProgress({ terminal, print }: Context) {
  const lines = liveLines(terminal)
  let shown = ''
  const showLive = (text: string) => lines.draw([`  › ${cutText(plainText(text), terminal.width() - 4)}`])
  const showPlain = (text: string) => {
    if (text !== shown) print(plainText(text))
    shown = text
  }
  return { show: terminal.isLive ? showLive : showPlain, end: lines.end }
}
