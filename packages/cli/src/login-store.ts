import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describeZodError, PlatformError } from '@berth/contract'
import { z } from 'zod'
import type { Config } from './config.ts'

export const ServerUrl = z
  .url({ protocol: /^https?$/, error: 'use an address such as http://berth.localhost' })
  .transform((url) => url.replace(/\/+$/, ''))

const Login = z.object({
  url: ServerUrl,
  token: z.string().min(1),
  /** Of a token that `berth login` was given for this machine alone: it goes when the login goes. */
  tokenId: z.string().optional(),
})
export type Login = z.infer<typeof Login>

const hint = 'Run "berth login <url>"; on the machine of Berth itself, ./quickstart does it for you'

/** Where Berth is and who we are: from the environment, and what is not there from the file. */
export function getLogin({ path, url, token }: Config): Login {
  const stored = url && token ? {} : readStored(path)
  const login = Login.safeParse({ ...stored, ...(url ? { url } : {}), ...(token ? { token } : {}) })
  if (login.success) return login.data
  if (!stored && !url && !token) throw new PlatformError('unauthenticated', 'Not signed in to any Berth', { hint })
  throw new PlatformError('unauthenticated', `Not signed in: ${describeZodError(login.error)} (${path})`, { hint })
}

/** What the file says, whatever the environment says; undefined where it says nothing that could be used. */
export function findStoredLogin({ path }: Pick<Config, 'path'>): Login | undefined {
  try {
    return Login.safeParse(readStored(path)).data
  } catch {
    return undefined // It is about to be replaced or removed.
  }
}

export const removeLogin = ({ path }: Pick<Config, 'path'>): void => rmSync(path, { force: true })

function readStored(path: string): object | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new PlatformError('unauthenticated', `Cannot read ${path}: ${(cause as Error).message}`, { cause })
  }
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text))
  } catch (cause) {
    throw new PlatformError('unauthenticated', `${path} is not a JSON object`, { hint, cause })
  }
}

/** Replaces the file in one step, never readable by others. */
export function saveLogin(path: string, login: Login): void {
  const draft = `${path}.${randomUUID()}`
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeFileSync(draft, `${JSON.stringify(login, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  renameSync(draft, path)
}
