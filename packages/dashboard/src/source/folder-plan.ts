import {
  addGitRules,
  checkPackingSize,
  decideFate,
  defaultPackingLimits,
  type Fate,
  isWorthALook,
  type PackingRules,
  packingRulesOf,
  rootFate,
} from '@berth/source/packing-rules'
import type { Found, FoundFolder } from './found-folder.ts'

/** One that is sent; no file stands for a folder. */
export type PlannedEntry = { path: string; sizeBytes: number; file: File | undefined }

export type FolderPlan = {
  /** In the order of their paths. */
  entries: PlannedEntry[]
  totalBytes: number
  fileCount: number
  /** Each folder and file that a rule left out, without what lies below. */
  leftOut: string[]
}

type Walk = { plan: FolderPlan; rules: PackingRules; signal: AbortSignal }

/** Decides what of a folder is sent, by the same rules as the command line. Throws `source_too_large`. */
export async function planFolder(folder: FoundFolder, signal: AbortSignal): Promise<FolderPlan> {
  const plan: FolderPlan = { entries: [], totalBytes: 0, fileCount: 0, leftOut: [] }
  const found = await folder.list()
  const rules = packingRulesOf((await readText(found, '.dockerignore')) ?? '')
  await walkFolder({ path: '', found, fate: rootFate }, { plan, rules, signal })
  plan.entries.sort((one, other) => (one.path < other.path ? -1 : 1))
  plan.totalBytes = checkPackingSize(plan.entries, defaultPackingLimits)
  plan.fileCount = plan.entries.filter(({ file }) => file !== undefined).length
  return plan
}

type Within = { path: string; found: readonly Found[]; fate: Fate }

async function walkFolder({ path, found, fate: parent }: Within, { plan, signal, ...above }: Walk): Promise<void> {
  signal.throwIfAborted()
  const gitIgnore = await readText(found, '.gitignore')
  const rules = gitIgnore === undefined ? above.rules : addGitRules(above.rules, path, gitIgnore)
  for (const one of found) {
    const inner = path === '' ? one.name : `${path}/${one.name}`
    const fate = decideFate(inner, one.kind === 'folder', { rules, parent })
    if (!fate.isOut) await take(one, inner, plan)
    else if (!parent.isOut) plan.leftOut.push(inner)
    if (one.kind === 'folder' && (!fate.isOut || isWorthALook(inner, fate, rules)))
      await walkFolder({ path: inner, found: await one.list(), fate }, { plan, rules, signal })
  }
}

async function take(one: Found, path: string, plan: FolderPlan): Promise<void> {
  const file = one.kind === 'file' ? await one.open() : undefined
  plan.entries.push({ path, sizeBytes: file?.size ?? 0, file })
  // Far beyond what is allowed, looking on tells nothing more.
  if (plan.entries.length > defaultPackingLimits.entryCount * 2) checkPackingSize(plan.entries, defaultPackingLimits)
}

async function readText(found: readonly Found[], name: string): Promise<string | undefined> {
  const file = found.find((one) => one.name === name)
  return file?.kind === 'file' ? (await file.open()).text() : undefined
}
