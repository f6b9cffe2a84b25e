import { type App, type Deployment, formatDuration } from '@berth/contract'
import { errorLines } from '../terminal/describe-error.ts'
import { colouredText, plainText } from '../terminal/plain-text.ts'
import type { Terminal } from '../terminal/terminal.ts'

type Look = Pick<Terminal, 'colors' | 'isColored'>

/** "hello v2 answers at http://hello.localhost/ (4.2 s)". */
export function describeSuccess(
  { app, releaseVersion, url, createdAt, finishedAt }: Deployment,
  { colors }: Look,
): string {
  const name = colors.bold(`${plainText(app)} ${releaseVersion ? `v${releaseVersion}` : ''}`.trim())
  const where = url ? `answers at ${colors.cyan(plainText(url))}` : 'runs'
  const time = finishedAt ? ` ${colors.dim(`(${formatDuration(Date.parse(finishedAt) - Date.parse(createdAt))})`)}` : ''
  return `${colors.green('✓')} ${name} ${where}${time}`
}

/** Why it ended without success, what to do, what the program wrote last, and what serves now. */
export function describeFailure(deployment: Deployment, app: App | undefined, look: Look): string[] {
  const { failure, state } = deployment
  const { colors, isColored } = look
  const message = failure?.message ?? (state === 'cancelled' ? describeCancel(deployment) : 'The deployment failed')
  const logLines = failure?.logLines ?? []
  const bar = colors.dim('|')
  return [
    ...errorLines(message, failure?.hint, colors),
    ...(logLines.length > 0 ? ['', 'The last lines that it wrote:'] : []),
    ...logLines.map((line) => `  ${bar} ${colouredText(line, { isColored })}`),
    ...describeServing(deployment, app).map((line) => `\n${line}`),
  ]
}

/** By whom, or what superseded it: said in the step that it was in. */
function describeCancel({ steps }: Deployment): string {
  const reason = steps.find(({ state }) => state === 'failed')?.detail
  return reason ? `The deployment was ${plainText(reason)}` : 'The deployment was cancelled'
}

/** Only what the app itself says now; a deployment that failed promises nothing about it. */
function describeServing({ app: name }: Deployment, app: App | undefined): string[] {
  if (!app) return []
  if (!app.releaseVersion) return [`Nothing serves ${plainText(name)} yet: no release of it has come up.`]
  const release = `v${app.releaseVersion}`
  const at = app.url ? ` at ${plainText(app.url)}` : ''
  if (app.readyReplicas > 0) return [`${release} goes on serving${at}`]
  if (!app.url && app.state === 'running') return [`${release} goes on running.`]
  return [`${release} is ${app.state}${app.reason ? `: ${plainText(app.reason)}` : ''}.`]
}
