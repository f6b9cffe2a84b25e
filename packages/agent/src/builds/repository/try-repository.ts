import { randomUUID } from 'node:crypto'
import type { RepositoryAnswer, RepositoryTrial } from '@berth/contract'
import { withWorkFolder } from '../work-folder.ts'
import { planLetIn, readHostKeys, withFiles } from './credential-files.ts'
import { defaultOptions } from './fetch-repository.ts'
import { createGit } from './git-client.ts'
import { initArguments, lookArguments, placeIn } from './git-command.ts'
import { RepositoryRefused } from './repository-failure.ts'

/** Less than what a caller waits for an answer. */
const patienceMs = 25_000
const silent = { emit: async () => undefined, buildLog: { add: async () => undefined } }

/** Whether a build would be let in, found out in the same way as by a build. */
export async function tryRepository(
  { url, repository }: RepositoryTrial,
  { folder: root, protocols = defaultOptions.protocols }: { folder: string; protocols?: string },
  signal: AbortSignal,
): Promise<RepositoryAnswer> {
  const patience = AbortSignal.timeout(patienceMs)
  const { files, settings } = planLetIn(url, repository)
  return withWorkFolder(root, `try-${randomUUID()}`, async (folder) => {
    const place = placeIn(folder)
    const client = { ...defaultOptions, protocols, asked: { url, kind: repository.kind }, listener: silent }
    const git = createGit(place, client, AbortSignal.any([signal, patience]))
    return withFiles(folder, files, async () => {
      const refusal = await refusalOf(async () => {
        await git.run(initArguments(place))
        await git.run(lookArguments(place, url, settings))
      }).catch((error: unknown) => {
        signal.throwIfAborted()
        if (patience.aborted) return tooSlow(url)
        throw error
      })
      return { hostKeys: await readHostKeys(folder), refusal }
    })
  })
}

async function refusalOf(work: () => Promise<void>): Promise<RepositoryAnswer['refusal']> {
  try {
    await work()
    return null
  } catch (error) {
    if (!(error instanceof RepositoryRefused)) throw error
    const { fault, failure } = error
    return { fault, message: failure.message, hint: failure.hint }
  }
}

const tooSlow = (url: string) => ({
  fault: 'unreachable' as const,
  message: `${url} did not answer within ${patienceMs / 1000} s`,
  hint: 'Check that the machines reach it, then try again',
})
