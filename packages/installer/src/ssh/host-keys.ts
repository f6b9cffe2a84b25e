import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PlatformError } from '@berth/contract'
import type { Prompts } from '../system/prompts.ts'
import {
  fingerprintOf,
  judgeHostKey,
  type KnownHost,
  keyTypeOf,
  knownHostLine,
  type Place,
  parseKnownHosts,
} from './known-hosts.ts'
import { describeTarget, type SshTarget } from './ssh-target.ts'

export type HostKeyPolicy = {
  /** All are read; a host that becomes known is written to the first. */
  files: readonly [string, ...string[]]
  acceptsNew: boolean
  prompts: Prompts | undefined
  print(line: string): void
}

export async function readKnownHosts({ files }: HostKeyPolicy): Promise<KnownHost[]> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(emptyIfMissing)))
  return texts.flatMap((text, index) => parseKnownHosts(text, files[index] ?? ''))
}

/** Done when the key is the host's as far as anybody knows; throws when it is not. */
export async function checkHostKey(target: SshTarget, key: Buffer, policy: HostKeyPolicy): Promise<void> {
  const verdict = judgeHostKey(await readKnownHosts(policy), target, key)
  switch (verdict.kind) {
    case 'known':
      return
    case 'changed':
      throw changedKey(target, key, verdict.places)
    case 'revoked':
      throw new PlatformError(
        'conflict',
        `The key of ${target.host} is marked as revoked: ${describe(verdict.places)}`,
        {
          hint: 'Somebody may know its secret half. Give the machine a new key, and remove the line once it has one',
        },
      )
    case 'unknown':
      return acceptUnknown(target, key, policy)
  }
}

async function acceptUnknown(target: SshTarget, key: Buffer, policy: HostKeyPolicy): Promise<void> {
  const { acceptsNew, prompts, print, files } = policy
  const fingerprint = `${keyTypeOf(key)} ${fingerprintOf(key)}`
  if (!acceptsNew) {
    if (!prompts) {
      throw new PlatformError('conflict', `${target.host} is not known yet; its key is ${fingerprint}`, {
        hint: 'Compare that with what the machine shows (ssh-keyscan on itself, or its provider’s console), then add --accept-new-host-key',
      })
    }
    print(`${describeTarget(target)} is not known yet. Its key is\n  ${fingerprint}`)
    const answer = await prompts.ask('Is that the key of the machine that you mean? Type yes: ')
    if (answer.trim() !== 'yes')
      throw new PlatformError('conflict', 'The host key was not accepted. Nothing was changed.')
  }
  await append(files[0], knownHostLine(target, key))
  print(`Kept the key of ${target.host} (${fingerprint}) in ${files[0]}`)
}

function changedKey({ host, port }: SshTarget, key: Buffer, places: readonly Place[]): PlatformError {
  const address = port === 22 ? host : `[${host}]:${port}`
  return new PlatformError(
    'conflict',
    `The host key of ${host} has changed. It now shows ${keyTypeOf(key)} ${fingerprintOf(key)}, which is not what is on record in ${describe(places)}.
Either the machine was installed anew, or somebody else answers in its place and would read and change all that is sent. Nothing was sent.`,
    {
      hint: `If you know that the machine was installed anew: compare the key with what the machine itself shows, then forget the old one with: ssh-keygen -R '${address}'`,
    },
  )
}

const describe = (places: readonly Place[]) => places.map(({ file, line }) => `line ${line} of ${file}`).join(', ')

async function append(file: string, line: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const text = await readFile(file, 'utf8').catch(emptyIfMissing)
  await appendFile(file, text === '' || text.endsWith('\n') ? line : `\n${line}`, { mode: 0o600 })
}

function emptyIfMissing(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return ''
  throw error
}
