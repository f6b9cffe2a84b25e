import { createJoinToken, PlatformError, parseJoinToken } from '@berth/contract'
import { imagesOfEngine } from '../joining/image-source.ts'
import { joinMachine } from '../joining/join-machine.ts'
import type { SshHost } from '../ssh/ssh-host.ts'
import type { StepRunner } from '../steps.ts'
import type { Adding } from './adding.ts'
import { applyHostStep } from './apply-host.ts'
import { type Checked, checkRemote } from './check-remote.ts'
import { cleanMachine, listRemains } from './clean-machine.ts'
import { describeHostStep, describeHostUndo, planHost, planHostUndo } from './host-plan.ts'
import type { HostChange, RemoteRecord } from './remote-record.ts'
import { settleMember } from './settle-member.ts'
import { undoHostChange } from './undo-host.ts'

export type AddedMachine = { name: string; address: string; changes: string[] }

/**
 * Makes a real machine a member of the cluster, with nothing but a way in by SSH. What fails or is interrupted is undone;
 * what was cut off before it could be is completed by the next run.
 */
export async function addMachine(adding: Adding): Promise<AddedMachine> {
  const { host } = adding
  try {
    const checked = await checkRemote(adding)
    const former = await findUnfinished(adding, checked)
    if (checked.facts.engine?.swarm !== 'ours') return await addChecked(adding, checked, former)
    if (await settleMember(adding, checked, former))
      return { name: checked.name, address: checked.self?.address ?? '', changes: [] }
    return await addChecked(adding, await checkRemote(adding), former)
  } catch (error) {
    throw adding.signal?.aborted ? adding.signal.reason : host.explain(error)
  }
}

/** What an earlier run wrote down that never came to its end. */
async function findUnfinished({ records }: Adding, { name }: Checked): Promise<RemoteRecord | undefined> {
  const record = await records.find(name)
  return record?.isAdded ? undefined : record
}

async function addChecked(adding: Adding, checked: Checked, former: RemoteRecord | undefined): Promise<AddedMachine> {
  const { host, records } = adding
  const { name, facts, reach } = checked
  let record: RemoteRecord = {
    ...host.target,
    ...(adding.identityFile && { identityFile: adding.identityFile }),
    isAdded: false,
    changes: former?.changes ?? [],
    remains: former?.remains ?? (facts.engine ? await listRemains(host.docker) : []),
  }
  const save = async (change: Partial<RemoteRecord>) => {
    record = { ...record, ...change }
    await records.put(name, record)
  }
  await save({})
  try {
    const changes = await prepareHost(adding, checked, (change) => save({ changes: [...record.changes, change] }))
    const joined = await join(adding, { name, address: reach?.address })
    await save({ isAdded: true })
    return { name, address: joined.address, changes: [...changes, ...joined.changes] }
  } catch (error) {
    const cause = adding.signal?.aborted ? adding.signal.reason : host.explain(error)
    await undo(adding, { checked, record, cause })
    await records.remove(name)
    throw cause
  }
}

async function prepareHost(
  { host, step, signal }: Adding,
  { name, facts }: Checked,
  note: (change: HostChange) => Promise<void>,
): Promise<string[]> {
  const done: string[] = []
  for (const planned of planHost(name, facts)) {
    signal?.throwIfAborted()
    const title = describeHostStep(planned)
    await step(title, ({ progress }) => applyHostStep(planned, { host, note, report: progress, signal }))
    done.push(title)
  }
  return done
}

async function join(adding: Adding, { name, address }: { name: string; address: string | undefined }) {
  const { client, host, role, docker, cluster, step, signal } = adding
  signal?.throwIfAborted()
  const { token } = await client.call(createJoinToken, { body: { machine: name, role, expiresInMinutes: 60 } })
  return joinMachine({
    docker: host.docker,
    ticket: parseJoinToken(token),
    address: adding.address ?? address,
    mayLeaveSwarm: false,
    images: () => imagesOfEngine(docker),
    cluster,
    step,
    signal,
  })
}

/** Joining undoes itself; this is for the machine around it, and for what came after or what a run before this one left. */
async function undo(
  { host, cluster, step }: Adding,
  { checked: { name, machines }, record, cause }: { checked: Checked; record: RemoteRecord; cause: unknown },
): Promise<void> {
  try {
    // Before it leaves: a manager that is gone and still counted may cost the cluster its majority.
    if (!machines.some((it) => it.name === name)) {
      await step(`Undo: take ${name} off the list`, () => cluster.forget(name))
    }
    if (await hasEngine(host)) await cleanMachine(host.docker, { kept: record.remains }, prefixed(step))
    for (const change of planHostUndo(record.changes)) {
      await step(describeHostUndo(change), () => undoHostChange(change, host))
    }
  } catch (error) {
    throw halfUndone({ host, name, cause, reason: host.explain(error) })
  }
}

const halfUndone = ({ host, name, cause, reason }: { host: SshHost; name: string; cause: unknown; reason: unknown }) =>
  new PlatformError(
    'engine_failed',
    `${describe(cause)}\nAnd not all of it could be undone on ${host.name}: ${describe(reason)}`,
    { hint: `Add it again, which completes it; or clean it up with: berth machines rm ${name} --force`, cause },
  )

const hasEngine = async (host: SshHost) => (await host.end(['docker', 'version'])).exitCode === 0

const prefixed =
  (step: StepRunner): StepRunner =>
  (title, work) =>
    step(`Undo: ${title}`, work)

const describe = (error: unknown) => (error instanceof Error ? error.message : String(error))
