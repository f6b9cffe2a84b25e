import { randomBytes } from 'node:crypto'
import { PlatformError } from '@berth/contract'
import type { Prompts } from '../system/prompts.ts'
import type { Ended } from './ended.ts'

/** How programs run as root on a machine. */
export type RootAccess = {
  /** Before each program. */
  prefix: readonly string[]
  /** The first line that each is given, which sudo takes; nothing else ever sees it. */
  password: string | undefined
}

/**
 * `-k`: what sudo remembers of others is not used, so that it asks each time, as nothing but its question may take the password from
 * the program's input. It always is the same program that is allowed or not, so that no rule for another one changes that.
 */
const withPassword = ['sudo', '-k', '-S', '-p', '', '--', '/usr/bin/env']
const withoutPassword = ['sudo', '-n', '--']
/** So that its refusals can be told apart. */
const inEnglish = ['env', 'LC_ALL=C']
const attempts = 3

export type AsUser = (argv: readonly string[], input?: string) => Promise<Ended>

export type Asking = {
  /** Such as ann@db1. */
  name: string
  prompts: Prompts | undefined
  /** The one that let us in, which mostly is the same. */
  signInPassword: string | undefined
}

/** Undefined where it needs a password and nobody can be asked; throws where the password is wrong or would not help. */
export async function findRootAccess(run: AsUser, asking: Asking): Promise<RootAccess | undefined> {
  const { output } = await run(['id', '-u'])
  const prefix = output.trim() === '0' ? [] : withoutPassword
  // Not what sudo remembers for a while: that would be over in the middle.
  const tried = await run(prefix.length === 0 ? ['true'] : [...inEnglish, 'sudo', '-k', '-n', '--', 'true'])
  if (tried.exitCode === 0) return { prefix, password: undefined }
  const wantsPassword = tried.lastLines.some((line) => /password is required/.test(line))
  return wantsPassword && asking.prompts ? withPasswordOf(run, asking, asking.prompts) : undefined
}

async function withPasswordOf(run: AsUser, asking: Asking, prompts: Prompts): Promise<RootAccess | undefined> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const isKnown = attempt === 0 && asking.signInPassword !== undefined
    const password = isKnown ? asking.signInPassword : await prompts.askSecret(`Password of ${asking.name} for sudo: `)
    if (!password) return undefined
    const access = await tryPassword(run, asking, password)
    if (access) return access
  }
  throw new PlatformError('forbidden', `sudo on ${asking.name} took none of ${attempts} passwords`, {
    hint: 'It wants the password of that user there, not that of root. Nothing was changed',
  })
}

/** Undefined where it is the wrong one. */
async function tryPassword(run: AsUser, asking: Asking, password: string): Promise<RootAccess | undefined> {
  // Nothing comes after it, which sudo would take for another attempt.
  const { exitCode, lastLines } = await run([...inEnglish, ...withPassword, 'true'], firstLine(password))
  if (exitCode === 0) return proveTaken(run, asking, password)
  if (lastLines.some((line) => /try again|incorrect password|no password was provided/i.test(line))) return undefined
  const words = lastLines.find((line) => /not in the sudoers|not allowed|may not run/.test(line)) ?? lastLines.at(-1)
  throw new PlatformError('forbidden', `sudo on ${asking.name} refuses: ${words}`, { hint: 'Sign in as root instead' })
}

/** What comes back tells whether sudo took that line, and no more of the input. */
async function proveTaken(run: AsUser, { name }: Asking, password: string): Promise<RootAccess> {
  const mark = randomBytes(8).toString('hex')
  const { output } = await run([...withPassword, 'cat'], `${firstLine(password)}${mark}\n`)
  if (output === mark) return { prefix: withPassword, password }
  throw new PlatformError('forbidden', `sudo on ${name} does not ask for a password as it should`, {
    hint: 'Sign in as root, or allow sudo without a password for the time being',
  })
}

export const firstLine = (password: string) => `${password}\n`
