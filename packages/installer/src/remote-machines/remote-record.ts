import { z } from 'zod'
import { type StateDir, stateFiles } from '../state/state-dir.ts'

/** What was done to a machine itself, with what it takes to undo it. */
export const HostChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('rename'), from: z.string(), to: z.string(), hostsFile: z.string() }),
  z.object({
    kind: z.literal('installPackages'),
    /** Also those that came along. */
    names: z.array(z.string()),
    /** Folders of the engine that were empty before, or not there. */
    emptyFolders: z.array(z.string()),
  }),
  z.object({ kind: z.literal('startEngine'), by: z.enum(['systemd', 'daemon']) }),
])
export type HostChange = z.infer<typeof HostChange>

/** How a machine is reached and what was changed on it; never a secret. */
export const RemoteRecord = z.object({
  user: z.string(),
  host: z.string(),
  port: z.int(),
  identityFile: z.string().optional(),
  /** Whether adding it came to its end. */
  isAdded: z.boolean(),
  /** Written before the change is made, so that also what was interrupted is undone. */
  changes: z.array(HostChange),
  /** What of Berth was there before, which is not ours to remove. */
  remains: z.array(z.string()),
})
export type RemoteRecord = z.infer<typeof RemoteRecord>

const Records = z.record(z.string(), RemoteRecord)

export type RemoteRecords = ReturnType<typeof remoteRecords>

/** Of the machines that were added over SSH from here, by name. */
export function remoteRecords(state: StateDir) {
  async function readAll(): Promise<Record<string, RemoteRecord>> {
    const text = await state.read(stateFiles.sshMachines)
    return text ? Records.parse(JSON.parse(text)) : {}
  }
  const writeAll = (records: Record<string, RemoteRecord>) =>
    state.write(stateFiles.sshMachines, `${JSON.stringify(records, null, 2)}\n`)

  return {
    find: async (name: string): Promise<RemoteRecord | undefined> => (await readAll())[name],
    put: async (name: string, record: RemoteRecord) => writeAll({ ...(await readAll()), [name]: record }),
    async remove(name: string) {
      const { [name]: _removed, ...others } = await readAll()
      await writeAll(others)
    },
  }
}
