import { readFile } from 'node:fs/promises'
import { type Client, createClient, PlatformError, patientFetch } from '@berth/contract'
import { z } from 'zod'
import type { InstallerConfig } from '../config.ts'

const Login = z.object({ url: z.url({ protocol: /^https?$/ }), token: z.string().min(1) })

const hint = 'On the machine of Berth: ./quickstart. Elsewhere: berth login <url>'

/** Signed in as the command is: by its environment, or else by the file that `up` and `berth login` write. */
export async function signIn({ cliConfigPath, login }: InstallerConfig): Promise<Client> {
  const stored = await readFile(cliConfigPath, 'utf8').then(JSON.parse).catch(undefinedIfMissing)
  const found = Login.safeParse({
    ...stored,
    ...(login.url && { url: login.url }),
    ...(login.token && { token: login.token }),
  })
  if (!found.success) throw new PlatformError('unauthenticated', 'No Berth is known here', { hint })
  const fetch = patientFetch(globalThis.fetch, { note: (text) => void process.stderr.write(`${text}\n`) })
  return createClient({ baseUrl: reachable(found.data.url), token: found.data.token, fetch })
}

/** Browsers know that *.localhost is this machine; Debian's resolver does not. Berth answers to its address as well. */
export function reachable(url: string): string {
  const parsed = new URL(url)
  if (/(^|\.)localhost$/.test(parsed.hostname)) parsed.hostname = '127.0.0.1'
  return parsed.href
}

function undefinedIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined
  throw error
}
