import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { helpOf, parseWords, unknownCommand } from '@berth/command-line'
import { type Client, createClient, PlatformError, patientFetch } from '@berth/contract'
import { commandNames, isCommandName, loadCommand, wrapperCommands } from './catalogue.ts'
import { type Command, type CommandGroup, type Context, isGroup } from './command.ts'
import { chooseCommand, groupHelpOf } from './command-group.ts'
import type { Config } from './config.ts'
import { exitCode, exitCodeOf } from './exit-code.ts'
import { httpFetch } from './http-fetch.ts'
import { getLogin } from './login-store.ts'
import { describeError } from './terminal/describe-error.ts'
import { type Output, openTerminal } from './terminal/terminal.ts'

export type Outputs = { stdout: Output; stderr: Output }

/** Runs one command line as the process that it is. */
export async function runProcess(words: readonly string[], config: Config): Promise<number> {
  const stop = new AbortController()
  process.once('SIGINT', () => {
    stop.abort(interrupted())
    process.once('SIGINT', () => process.exit(exitCode.interrupted))
  })
  process.stdout.on('error', leaveQuietly)
  process.stderr.on('error', leaveQuietly)
  return runBerth(words, config, process, stop)
}

const interrupted = () => new Error('Interrupted')

/** Runs one command line and answers with the exit code. */
export async function runBerth(
  words: readonly string[],
  config: Config,
  outputs: Outputs,
  stop = new AbortController(),
): Promise<number> {
  const interrupt = () => stop.abort(interrupted())
  const context = openContext(config, { signal: stop.signal, interrupt }, outputs)
  try {
    return await dispatch(words, context)
  } catch (error) {
    const { colors, isLive } = openTerminal(outputs.stderr, config)
    if (stop.signal.aborted) {
      if (isLive) context.note('') // The terminal wrote ^C there.
      return exitCode.interrupted
    }
    for (const line of describeError(error, colors)) context.note(line)
    return exitCodeOf(error)
  }
}

async function dispatch([name = '--help', ...words]: readonly string[], context: Context): Promise<number> {
  if (['-V', '--version', 'version'].includes(name)) return say(context, readVersion())
  if (['-h', '--help', 'help'].includes(name)) return showHelp(words, context)
  if (Object.hasOwn(wrapperCommands, name)) throw wrapperOnly(name)
  const chosen = choose(await getCommand(name), words)
  if ('help' in chosen) return say(context, chosen.help)
  const parsed = parseWords(chosen.command, chosen.words)
  if ('help' in parsed) return say(context, parsed.help)
  return await chosen.command.run(parsed.args, context)
}

function getCommand(name: string): Promise<Command | CommandGroup> {
  if (isCommandName(name)) return loadCommand(name)
  throw unknownCommand(name, [...commandNames, ...Object.keys(wrapperCommands)])
}

const choose = (entry: Command | CommandGroup, words: readonly string[]) =>
  isGroup(entry) ? chooseCommand(entry, words) : { command: entry, words }

async function showHelp([name, ...words]: readonly string[], context: Context): Promise<number> {
  if (name === undefined || name.startsWith('-')) {
    const { renderHelp } = await import('./help.ts')
    return say(context, await renderHelp(context.terminal.colors))
  }
  const entry = await getCommand(name)
  if (isGroup(entry) && words.length === 0) return say(context, groupHelpOf(entry))
  const chosen = choose(entry, words)
  return say(context, 'help' in chosen ? chosen.help : helpOf(chosen.command))
}

function say({ print }: Context, text: string): number {
  print(text)
  return exitCode.ok
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

const wrapperOnly = (name: string) =>
  new PlatformError('invalid_request', `"${name}" works only on the machine itself, in Berth's folder`, {
    hint: `Run ./berth ${name} there`,
  })

type Interruption = { signal: AbortSignal; interrupt(): void }

function openContext(config: Config, { signal, interrupt }: Interruption, { stdout, stderr }: Outputs): Context {
  let opened: Client | undefined
  const note = (text: string) => void stderr.write(`${text}\n`)
  const client = () => {
    opened ??= createClient({ ...toAddress(getLogin(config)), fetch: patientFetch(httpFetch, { note }) })
    return opened
  }
  const print = (text: string) => void stdout.write(`${text}\n`)
  return {
    call: (endpoint, input, options) => client().call(endpoint, input, { ...options, signal }),
    stream: (endpoint, input) => client().stream(endpoint, input, { signal }),
    print,
    printJson: (value) => print(JSON.stringify(value, null, 2)),
    note,
    ask: async (question, options) =>
      (await import('./terminal/ask.ts')).ask(question, { ...options, signal, interrupt }),
    terminal: openTerminal(stdout, config),
    config,
    now: Date.now,
    wait: (durationMs) => delay(durationMs, undefined, { signal }),
    signal,
  }
}

const toAddress = ({ url, token }: { url: string; token: string }) => ({ baseUrl: url, token })

/** `berth logs hello | head` closes the pipe early, which is no error. */
function leaveQuietly(error: NodeJS.ErrnoException) {
  if (error.code === 'EPIPE') process.exit(exitCode.ok)
  throw error
}
