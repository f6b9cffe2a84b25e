import { randomUUID } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { PlatformError, type ServerFile } from '@berth/contract'
import type { MachineCertificate } from '@berth/identity'
import type { Logger } from 'pino'
import { toProblem } from '../http/problem.ts'
import { sendProblem } from '../http/send-problem.ts'
import type { IdentityStore } from '../machines/identity-store.ts'
import { type AgentTimes, removed } from './agent-connection.ts'
import type { AgentConnection, AgentRegistry } from './agent-registry.ts'
import { sendFile } from './send-file.ts'

/** For a machine that is let in; decides whether it may have this one. Whoever asks closes it. */
export type OpenFile = (id: string, agent: Pick<AgentConnection, 'name' | 'isManager'>) => Promise<FileHandle>

type Deps = {
  registry: Pick<AgentRegistry, 'list' | 'onChange'>
  identities: Pick<IdentityStore, 'isRemoved'>
  files: Readonly<Record<ServerFile['kind'], OpenFile>>
  times: Pick<AgentTimes, 'stallMs'>
  log: Logger
}

type Asked = { machine: MachineCertificate; request: IncomingMessage; response: ServerResponse }

/** Sends files to machines that are linked, each for as long as its link lasts: what ends that, ends what it was to have. */
export function fileServer({ registry, identities, files, times, log }: Deps, signal: AbortSignal) {
  async function send({ kind, id }: ServerFile, { machine, request, response }: Asked, link: Link) {
    if (!link.agent) throw notLinked(machine.name)
    // Asked after the link was found: removed from here on, the machine loses that, too.
    if (await identities.isRemoved(machine.identityId)) throw removed(machine.name)
    const file = await files[kind](id, link.agent)
    try {
      await sendFile(file, { request, response, ...times }, AbortSignal.any([signal, link.signal]))
    } finally {
      await file.close()
    }
  }

  return async (file: ServerFile, asked: Asked): Promise<void> => {
    const { name } = asked.machine
    const link = linkOf(name, registry)
    try {
      await send(file, asked, link)
    } catch (error) {
      const requestId = randomUUID()
      log.warn({ err: error, machine: name, ...file, requestId }, 'file_not_sent')
      sendProblem(asked.response, toProblem(error, requestId))
    } finally {
      link.forget()
    }
  }
}

/** `signal`: it has ended. */
type Link = { agent: AgentConnection | undefined; signal: AbortSignal; forget(): void }

function linkOf(name: string, registry: Deps['registry']): Link {
  const agent = registry.list().find((one) => one.name === name)
  const ended = new AbortController()
  const forget = registry.onChange((change) => {
    if (change.kind === 'gone' && change.agent === agent) ended.abort(new Error(`The link to ${name} ended`))
  })
  return { agent, signal: ended.signal, forget }
}

const notLinked = (name: string) =>
  new PlatformError('forbidden', `${name} is not linked to this server`, {
    hint: 'Only an agent that said hello is sent files',
  })
