import { listNameFaults, type NamedValue } from '#parts/named-values.ts'

/** A variable while it is edited. */
export type EnvRow = NamedValue & {
  /** How it is in the release that serves; undefined for one that was added. */
  former: { name: string; value: string } | undefined
  isRemoved: boolean
}

export type EnvDifference = { name: string; kind: 'added' | 'changed' | 'removed' }

type Env = Readonly<Record<string, string>>

export const rowsOf = (env: Env): EnvRow[] =>
  Object.entries(env).map(([name, value]) => ({
    key: `former ${name}`,
    name,
    value,
    former: { name, value },
    isRemoved: false,
  }))

export const addedRow = (key: string): EnvRow => ({ key, name: '', value: '', former: undefined, isRemoved: false })

/** The environment as the rows want it; rows without a name and value do not count yet. */
export function envOf(rows: readonly EnvRow[]): Map<string, string> {
  return new Map(rows.filter((row) => !row.isRemoved && !isBlank(row)).map(({ name, value }) => [name.trim(), value]))
}

const isBlank = ({ name, value, former }: EnvRow) => name.trim() === '' && value === '' && !former

/** What is wrong with each row that is wanted, by its key. */
export const listRowFaults = (
  rows: readonly EnvRow[],
  describeFault: (name: string, value: string) => string | undefined,
): Map<string, string> =>
  listNameFaults(
    rows.filter((row) => !row.isRemoved && !isBlank(row)),
    describeFault,
  )

/** What is to change, by name. */
export function diffEnv(former: Env, wanted: ReadonlyMap<string, string>): EnvDifference[] {
  const changes: EnvDifference[] = []
  for (const [name, value] of wanted) {
    if (!Object.hasOwn(former, name)) changes.push({ name, kind: 'added' })
    else if (former[name] !== value) changes.push({ name, kind: 'changed' })
  }
  for (const name of Object.keys(former)) if (!wanted.has(name)) changes.push({ name, kind: 'removed' })
  return changes.sort((one, other) => (one.name < other.name ? -1 : 1))
}

/** As a deployment takes it: only what differs, null for what goes. */
export const changeOf = (
  differences: readonly EnvDifference[],
  wanted: ReadonlyMap<string, string>,
): Record<string, string | null> =>
  Object.fromEntries(differences.map(({ name, kind }) => [name, kind === 'removed' ? null : (wanted.get(name) ?? '')]))

/** The rows after a file was pasted: its values win, and with `isWhole` what it does not name goes. */
export function pasteInto(
  rows: readonly EnvRow[],
  pasted: ReadonlyMap<string, string>,
  { isWhole }: { isWhole: boolean },
): EnvRow[] {
  const kept = rows
    .filter((row) => row.former || (!isWhole && !isBlank(row)) || pasted.has(row.name.trim()))
    .map((row): EnvRow => {
      const value = pasted.get(row.name.trim())
      if (value !== undefined) return { ...row, value, isRemoved: false }
      return isWhole ? { ...row, isRemoved: true } : row
    })
  const known = new Set(kept.map(({ name }) => name.trim()))
  const added = [...pasted].filter(([name]) => !known.has(name))
  return [
    ...kept,
    ...added.map(([name, value]) => ({ key: `pasted ${name}`, name, value, former: undefined, isRemoved: false })),
  ]
}
