import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { formatDuration, PlatformError } from '@berth/contract'
import { type InstallerConfig, readConfig } from './config.ts'
import { planDown } from './down.ts'
import { type Invocation, joinUsage, machinesUsage, runJoin, runMachines } from './machines/machines-command.ts'
import { quickstart } from './quickstart.ts'
import { describeRemoval } from './removal/removal-plan.ts'
import { restoreUsage, runRestore } from './restore/restore-command.ts'
import { stateFiles } from './state/state-dir.ts'
import { plainGroup, plainSteps, type StepRunner, terminalGroup, terminalSteps } from './steps.ts'
import { up } from './up.ts'

const usage = `berth up [--json]                         install Berth on this machine, or repair it
berth down [--data] [--dry-run] [--yes]   remove Berth from this machine; --data: also everything it keeps
${machinesUsage}
${joinUsage}
${restoreUsage}`

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

async function run([command, ...argv]: string[]): Promise<number> {
  switch (command) {
    case 'up':
      return runUp(argv)
    case 'down':
      return runDown(argv)
    case 'quickstart':
      readOptions(argv, [])
      await quickstart(readConfig(process.env), { step: chooseSteps(), print })
      return 0
    case 'machines':
      return runMachines(argv, openInvocation())
    case 'restore':
      return runRestore(argv, openInvocation())
    case 'join':
      return runJoin(argv, openInvocation())
    default:
      print(usage)
      return command === undefined || command === 'help' ? 0 : 2
  }
}

/** The first Ctrl-C lets a command take back what it began; the second ends it at once. */
function openInvocation(): Invocation {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => stop.abort(new PlatformError('conflict', `Interrupted by ${name}`)))
  }
  return {
    config: readConfig(process.env),
    step: chooseSteps(),
    group: process.stdout.isTTY ? terminalGroup : plainGroup(print),
    quiet: { step: plainSteps(printError), group: plainGroup(printError) },
    print,
    signal: stop.signal,
  }
}

async function runUp(argv: string[]): Promise<number> {
  const { json } = readOptions(argv, ['json'])
  // What a program reads goes to the standard output, and nothing else does.
  const step = json ? plainSteps(printError) : chooseSteps()
  const config = readConfig(process.env)
  const { bootstrap, ...result } = await up(config, step)
  if (json) {
    print(JSON.stringify({ ...result, adminEmail: bootstrap.adminEmail }))
    return 0
  }
  const { changes, url, durationMs } = result
  const summary = changes.length === 0 ? 'Nothing had to be changed' : `${changes.length} things were put right`
  print(`\nBerth is up at ${url}. ${summary} (${formatDuration(durationMs)}).`)
  print(
    `Sign in as ${bootstrap.adminEmail}; the password for the first time is in ${config.stateDir}/${stateFiles.bootstrap}.`,
  )
  return 0
}

async function runDown(argv: string[]): Promise<number> {
  const { data: withData, 'dry-run': isDryRun, yes } = readOptions(argv, ['data', 'dry-run', 'yes'])
  const config = readConfig(process.env)
  const { steps, kept, apply } = await planDown(config, { withData })
  if (isDryRun) {
    for (const step of steps) print(`would: ${describeRemoval(step)}`)
  } else {
    if (withData && !yes && steps.length > 0 && !(await confirmDataLoss(config))) {
      print('Nothing was changed.')
      return 1
    }
    await apply(chooseSteps())
  }
  if (steps.length === 0) print('Nothing of Berth is here.')
  for (const sentence of kept) print(`Kept: ${sentence}`)
  return 0
}

async function confirmDataLoss({ stateDir }: InstallerConfig): Promise<boolean> {
  if (!process.stdin.isTTY) return true
  const prompt = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const answer = await prompt.question(`Remove Berth with all apps, volumes and ${stateDir}? Type yes: `)
    return answer.trim() === 'yes'
  } finally {
    prompt.close()
  }
}

function readOptions<Name extends string>(argv: string[], names: readonly Name[]): Record<Name, boolean> {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'boolean' as const, default: false }]))
  try {
    return parseArgs({ args: argv, options, strict: true }).values as Record<Name, boolean>
  } catch (cause) {
    throw new PlatformError('invalid_request', (cause as Error).message, { hint: usage, cause })
  }
}

function chooseSteps(): StepRunner {
  return process.stdout.isTTY ? terminalSteps : plainSteps(print)
}

function describeUnknown(error: unknown): string {
  // What the engine refused, in its own words; a stack says nothing more there.
  if (error instanceof Error && 'statusCode' in error) return `The engine refused: ${error.message}`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
