import type { Migration } from 'kysely/migration'
import * as m0001 from './0001-first-tables.ts'

/** Applied in the order of their names. One that was released never changes: a later one corrects it. */
export const migrations: Record<string, Migration> = {
  '0001-first-tables': m0001,
}
