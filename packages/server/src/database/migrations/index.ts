import type { Migration } from 'kysely/migration'
import * as m0001 from './0001-first-tables.ts'
import * as m0002 from './0002-sign-in.ts'
import * as m0003 from './0003-projects-and-tokens.ts'
import * as m0004 from './0004-activity-of-projects.ts'
import * as m0005 from './0005-machines.ts'
import * as m0006 from './0006-samples.ts'
import * as m0007 from './0007-cordons.ts'
import * as m0008 from './0008-relocations.ts'
import * as m0009 from './0009-builds.ts'
import * as m0010 from './0010-registries.ts'
import * as m0011 from './0011-removed-images.ts'
import * as m0012 from './0012-repositories.ts'
import * as m0013 from './0013-webhooks.ts'
import * as m0015 from './0015-build-secrets.ts'

/** Applied in the order of their names. One that was released never changes: a later one corrects it. */
export const migrations: Record<string, Migration> = {
  '0001-first-tables': m0001,
  '0002-sign-in': m0002,
  '0003-projects-and-tokens': m0003,
  '0004-activity-of-projects': m0004,
  '0005-machines': m0005,
  '0006-samples': m0006,
  '0007-cordons': m0007,
  '0008-relocations': m0008,
  '0009-builds': m0009,
  '0010-registries': m0010,
  '0011-removed-images': m0011,
  '0012-repositories': m0012,
  '0013-webhooks': m0013,
  '0015-build-secrets': m0015,
}
