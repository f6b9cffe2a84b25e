import type { MachineEngine } from '@berth/engine'
import { edgeName } from '../edge/edge-container.ts'
import type { EdgeFiles } from '../edge/edge-files.ts'
import { serverParameters } from '../edge/haproxy-settings.ts'
import { askHaproxy } from '../edge/haproxy-socket.ts'
import type { Log } from '../log.ts'
import type { Repair } from './repair-plan.ts'
import { parseServerStates, type ServerState } from './server-states.ts'

type Deps = {
  engine: Pick<MachineEngine, 'execInContainer'>
  files: Pick<EdgeFiles, 'adminSocket'>
  log: Log
}

export type RepairWork = ReturnType<typeof repairWork>

/** More than so many, and one command for all of them is quicker. */
const mostAskedSingly = 8

/** Everything that the truth check does to a running edge. */
export function repairWork({ engine, files, log }: Deps) {
  const ask = (command: string, signal: AbortSignal) => askHaproxy(files.adminSocket, command, signal)

  return {
    async look(backends: readonly string[], signal: AbortSignal): Promise<ServerState[]> {
      const wanted = new Set(backends)
      const commands =
        backends.length > mostAskedSingly
          ? ['show servers state']
          : backends.map((name) => `show servers state ${name}`)
      const answers = await Promise.all(commands.map((command) => ask(command, signal)))
      return answers.flatMap(parseServerStates).filter(({ backend }) => wanted.has(backend))
    },

    /** What DNS answers inside the edge, where HAProxy asks. Undefined if that cannot be known. */
    async lookUp(name: string, signal: AbortSignal): Promise<ReadonlySet<string> | undefined> {
      try {
        const { output } = await engine.execInContainer(edgeName, ['getent', 'ahostsv4', name], signal)
        return new Set(output.split('\n').flatMap((line) => /^(\d+\.\d+\.\d+\.\d+)\s/.exec(line)?.[1] ?? []))
      } catch (error) {
        signal.throwIfAborted()
        log.warn('name_not_looked_up', { name, error })
        return undefined
      }
    },

    /** False if the edge did not take it, as while an entered server still answers requests; the next pass tries again. */
    async apply(repair: Repair, signal: AbortSignal): Promise<boolean> {
      const answer = (await ask(commandsOf(repair).join('; '), signal)).trim()
      const wasDone = answer === '' || /^(New server registered\.|Server deleted\.)$/.test(answer)
      log.info(wasDone ? 'edge_repaired' : 'edge_not_repaired', { ...repair, ...(wasDone ? {} : { answer }) })
      return wasDone
    },
  }
}

/** What is entered is drained first, so that its checks run and nobody is sent there. */
export function commandsOf(repair: Repair): string[] {
  const name = `${repair.backend}/${repair.server}`
  switch (repair.kind) {
    case 'enter':
      return [
        `add server ${name} ${repair.address}:${repair.port} ${serverParameters}`,
        `set server ${name} state drain`,
        `enable health ${name}`,
      ]
    case 'withdraw':
      return [`set server ${name} state maint`, `del server ${name}`]
    case 'close':
      return [`set server ${name} state maint`]
    case 'admit':
    case 'reopen':
      return [`set server ${name} state ready`]
  }
}
