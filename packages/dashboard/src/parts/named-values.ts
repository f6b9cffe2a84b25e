/** A name and its value while they are typed, as one of a list. */
export type NamedValue = {
  /** Stays while name and value change. */
  key: string
  name: string
  value: string
}

export const blankValue = (key: string): NamedValue => ({ key, name: '', value: '' })

/** One that was only begun does not count yet. */
export const isBlank = ({ name, value }: Pick<NamedValue, 'name' | 'value'>): boolean =>
  name.trim() === '' && value === ''

export const valuesOf = (rows: readonly NamedValue[]): Record<string, string> =>
  Object.fromEntries(rows.filter((row) => !isBlank(row)).map(({ name, value }) => [name.trim(), value]))

/** What is wrong with each row, by its key. */
export function listNameFaults(
  rows: readonly NamedValue[],
  describeFault: (name: string, value: string) => string | undefined,
): Map<string, string> {
  const faults = new Map<string, string>()
  const seen = new Set<string>()
  for (const { key, value, ...row } of rows) {
    const name = row.name.trim()
    const problem =
      name === '' ? 'give it a name' : seen.has(name) ? `${name} is there twice` : describeFault(name, value)
    if (problem) faults.set(key, problem)
    seen.add(name)
  }
  return faults
}
