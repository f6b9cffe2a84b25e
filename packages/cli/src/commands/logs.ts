import { followLogs, type LogLine } from '@berth/contract'
import { z } from 'zod'
import { logResume } from '../apps/log-resume.ts'
import { type Context, defineCommand } from '../command.ts'
import { isTransient } from '../deployments/follow-to-end.ts'
import { exitCode } from '../exit-code.ts'
import { appArgument, countFlag } from '../inputs/flags.ts'
import { colouredText, plainText } from '../terminal/plain-text.ts'

const firstWaitMs = 500
const longestWaitMs = 5000
/** Asked for again after a broken connection, to find the lines that were written meanwhile. */
const overlapLines = 1000

export const logs = defineCommand({
  usage: 'logs <app>',
  summary: 'Show what the instances of an app write',
  options: {
    '-f, --follow': 'go on with the lines to come',
    '--tail <n>': 'how many of the last lines (100)',
    '--instance <id>': 'of one instance only, as berth ps shows it',
    '--json': 'print each line as JSON',
  },
  args: z.strictObject({
    app: appArgument,
    follow: z.boolean().default(false),
    tail: countFlag(10_000).default(100),
    instance: z.string().max(64).optional(),
    json: z.boolean().default(false),
  }),

  async run({ app, follow, tail, instance, json }, context) {
    const show = json ? (line: LogLine) => context.print(JSON.stringify(line)) : linePrinter(context)
    const query = (lines: number) => ({ follow: follow ? 'true' : 'false', tail: lines, instance })
    const read = (lines: number) => context.stream(followLogs, { params: { app }, query: query(lines) })
    if (follow) await followForEver(read, { tail, show }, context)
    else for await (const line of read(tail)) show(line)
    return exitCode.ok
  },
})

type Read = (lines: number) => AsyncIterable<LogLine>

/** Ends only by Ctrl-C or by an error that waiting does not cure, such as that the app is gone. */
async function followForEver(
  read: Read,
  { tail, show }: { tail: number; show(line: LogLine): void },
  { note, wait }: Context,
): Promise<never> {
  const resume = logResume()
  let waitMs = firstWaitMs
  let isLost = false
  for (let lines = tail; ; lines = overlapLines) {
    resume.connect()
    try {
      for await (const line of read(lines)) {
        if (isLost) note('Connected again')
        isLost = false
        waitMs = firstWaitMs
        if (resume.isNew(line)) show(line)
      }
    } catch (error) {
      if (!isTransient(error)) throw error
      if (!isLost) note('The connection broke; trying again')
      isLost = true
    }
    await wait(waitMs)
    waitMs = Math.min(waitMs * 2, longestWaitMs)
  }
}

const instanceColors = ['cyan', 'magenta', 'yellow', 'green', 'blue', 'redBright'] as const

function linePrinter({ print, terminal: { colors, isColored } }: Context): (line: LogLine) => void {
  const colorOf = new Map<string, (typeof instanceColors)[number]>()
  return ({ instanceId, machine, text }) => {
    const color = colorOf.get(instanceId) ?? instanceColors[colorOf.size % instanceColors.length] ?? 'cyan'
    colorOf.set(instanceId, color)
    const source = `${plainText(instanceId).slice(0, 12)}@${plainText(machine)}`
    print(`${colors[color](source)} ${colors.dim('|')} ${colouredText(text, { isColored })}`)
  }
}
