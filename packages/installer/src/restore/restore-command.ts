import { formatDuration, PlatformError } from '@berth/contract'
import { oneWord, readArguments } from '../machines/arguments.ts'
import type { Invocation } from '../machines/machines-command.ts'
import { goOnAlone, restore } from './restore.ts'

export const restoreUsage = `berth restore FILE [--key CA.KEY] [--replace-swarm] [--replace-database]
                                          bring a cluster back from a backup, on this machine
berth restore --survivor                  most managers are gone for good: go on with this one alone`

const kinds = {
  key: 'string',
  survivor: 'boolean',
  'replace-swarm': 'boolean',
  'replace-database': 'boolean',
} as const

/** Answers with the exit code. */
export async function runRestore(argv: string[], { config, step, print, signal }: Invocation): Promise<number> {
  const { words, options } = readArguments(argv, kinds, restoreUsage)
  if (!config.isThisMachine) {
    throw new PlatformError(
      'invalid_request',
      'A cluster is restored on the machine itself, not over BERTH_DOCKER_SOCKET',
    )
  }
  const rules = { replaceSwarm: options['replace-swarm'], replaceDatabase: options['replace-database'] }
  const { url, durationMs } = options.survivor
    ? await goOnAlone({ config, step, signal })
    : await restore(
        { file: oneWord(words, 'One file', restoreUsage), keyFile: options.key, ...rules },
        { config, step, signal },
      )
  print(`\nBerth is back at ${url} (the last part took ${formatDuration(durationMs)}).`)
  print('Machines that were managers do not come back by themselves: see docs/backups.md, "Afterwards".')
  return 0
}
