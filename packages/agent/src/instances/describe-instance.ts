import { type machineVerbs, PlatformError, type VerbOutput } from '@berth/contract'
import type { MachineEngine } from '@berth/engine'
import { findKernelFile } from '../stats/read-file.ts'
import { parseListeningPorts } from './listening-ports.ts'

type Deps = { engine: Pick<MachineEngine, 'findInstance'>; procFolder: string }
type Description = VerbOutput<(typeof machineVerbs)['describeInstance']>

export async function describeInstance(
  instanceId: string,
  { engine, procFolder }: Deps,
  signal?: AbortSignal,
): Promise<Description> {
  const found = await engine.findInstance(instanceId, signal)
  if (!found) throw new PlatformError('instance_not_found', `No instance ${instanceId} on this machine`)
  const { isRunning, exitCode, wasOutOfMemory, pid } = found
  const netFile = (name: string) => (pid > 0 ? (findKernelFile(`${procFolder}/${pid}/net/${name}`) ?? '') : '')
  return { isRunning, exitCode, wasOutOfMemory, ...parseListeningPorts(netFile('tcp'), netFile('tcp6')) }
}
