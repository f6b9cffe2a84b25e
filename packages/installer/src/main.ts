import { PlatformError } from '@berth/contract'
import { choose } from './command-line/catalogue.ts'
import type { Command, Invocation } from './command-line/command.ts'
import { readConfig } from './config.ts'
import { plainGroup, plainSteps, terminalGroup, terminalSteps } from './steps.ts'

const print = (line: string) => void process.stdout.write(`${line}\n`)
const printError = (line: string) => void process.stderr.write(`${line}\n`)

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  const { message, hint } =
    error instanceof PlatformError ? error : { message: describeUnknown(error), hint: undefined }
  printError(`\nerror: ${message}`)
  if (hint) printError(`hint: ${hint}`)
  process.exitCode = error instanceof PlatformError && error.code === 'invalid_request' ? 2 : 1
}

async function run(words: string[]): Promise<number> {
  const chosen = choose(words)
  if (!('help' in chosen)) return chosen.command.run(chosen.args, openInvocation(chosen.command))
  print(chosen.help)
  return 0
}

/** The first Ctrl-C lets a command take back what it began; the second ends it at once. */
function openInvocation({ isInterruptible = false }: Command): Invocation {
  const stop = new AbortController()
  for (const name of isInterruptible ? (['SIGINT', 'SIGTERM'] as const) : []) {
    process.once(name, () => stop.abort(new PlatformError('conflict', `Interrupted by ${name}`)))
  }
  return {
    config: readConfig(process.env),
    step: process.stdout.isTTY ? terminalSteps : plainSteps(print),
    group: process.stdout.isTTY ? terminalGroup : plainGroup(print),
    quiet: { step: plainSteps(printError), group: plainGroup(printError) },
    print,
    signal: stop.signal,
  }
}

function describeUnknown(error: unknown): string {
  // What the engine refused, in its own words; a stack says nothing more there.
  if (error instanceof Error && 'statusCode' in error) return `The engine refused: ${error.message}`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
