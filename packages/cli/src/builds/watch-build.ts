import { type Build, followBuild, followBuildLog, formatBytes, formatDuration } from '@berth/contract'
import type { Context } from '../command.ts'
import { isTransient } from '../deployments/follow-to-end.ts'
import { errorLines } from '../terminal/describe-error.ts'
import { colouredText, plainText } from '../terminal/plain-text.ts'

const firstWaitMs = 250
const longestWaitMs = 3_000

/** Shows what a build does and writes until it has ended, however often the connection breaks in between. */
export async function watchBuild(first: Build, { isQuiet }: { isQuiet: boolean }, context: Context): Promise<Build> {
  const tell = isQuiet ? () => undefined : changeTeller(context)
  const showLine = isQuiet ? () => undefined : linePrinter(context)
  let latest = first
  tell(first)
  const params = { app: first.app, buildId: first.id }
  const readBuild = keepFollowing(context, async () => {
    for await (const build of context.stream(followBuild, { params })) {
      latest = build
      tell(build)
    }
    return true
  })
  let shownLines = 0
  const readLog = keepFollowing(context, async () => {
    for await (const line of context.stream(followBuildLog, { params, query: { follow: 'true', skip: shownLines } })) {
      shownLines += 1
      showLine(line.text)
    }
    return true
  })
  await Promise.all([readBuild, readLog])
  return latest
}

async function keepFollowing({ wait }: Context, follow: () => Promise<boolean>): Promise<void> {
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    const isOver = await follow().catch((error: unknown) => {
      if (!isTransient(error)) throw error
      return false
    })
    if (isOver) return
    await wait(waitMs)
  }
}

/** A line whenever something about the build is new. */
function changeTeller({ print, terminal: { colors } }: Context) {
  let said = ''
  return (build: Build) => {
    const words = describeState(build)
    if (words === undefined || words === said) return
    said = words
    print(colors.bold(plainText(words)))
  }
}

function describeState({ state, position, detail, machine, recognizedAs }: Build): string | undefined {
  if (state === 'queued') return `Queued${position ? `, number ${position}` : ''}${detail ? `: ${detail}` : ''}`
  if (state !== 'running') return undefined
  return recognizedAs ? `Building on ${machine}: ${recognizedAs}` : `Building on ${machine}`
}

const linePrinter =
  ({ print, terminal: { colors, isColored } }: Context) =>
  (text: string) =>
    print(`${colors.dim('|')} ${colouredText(text, { isColored })}`)

/** How it ended, in lines for a person. */
export function describeBuild(build: Build, { terminal: { colors } }: Pick<Context, 'terminal'>): string[] {
  const { state, failure, detail, images, startedAt, finishedAt } = build
  if (failure) return errorLines(failure.message, failure.hint, colors)
  if (state === 'cancelled') return [`The build was ${plainText(detail ?? 'cancelled')}`]
  const tookMs = startedAt && finishedAt ? Date.parse(finishedAt) - Date.parse(startedAt) : 0
  const took = colors.dim(`(${formatDuration(tookMs)})`)
  return [
    ...images.map(
      ({ image, imageBytes }) => `${colors.green('✓')} Built ${plainText(image)}, ${formatBytes(imageBytes)} ${took}`,
    ),
    ...(detail ? [plainText(detail)] : []),
  ]
}
