import { BuildOptions, BuildSecrets, type PlatformError, PushTarget, type UsableRegistry } from '@berth/contract'
import { isBlank, listNameFaults, type NamedValue, valuesOf } from '#parts/named-values.ts'
import type { BuildWish } from './use-request-build.ts'

/** What few builds need, as it was typed. */
export type BuildExtras = { buildArgs: NamedValue[]; buildSecrets: NamedValue[]; pushTo: string }

export const noExtras: BuildExtras = { buildArgs: [], buildSecrets: [], pushTo: '' }

export type ExtraField = keyof BuildExtras
export type ExtraFaults = Partial<Record<ExtraField, string>>

/** The part of a build's request that comes of it. */
export type ExtrasWish = {
  options: Pick<NonNullable<BuildWish['options']>, 'args' | 'pushTo'>
  secrets?: Record<string, string>
}

export type ReadExtras = { wish: ExtrasWish; faults: ExtraFaults; rowFaults: Map<string, string> }

/** Checked as the server checks it. */
export function readExtras(extras: BuildExtras): ReadExtras {
  const args = readValues(extras.buildArgs, BuildOptions.shape.args)
  const secrets = readValues(extras.buildSecrets, BuildSecrets)
  const pushTo = extras.pushTo.trim()
  const pushFault = pushTo === '' ? undefined : PushTarget.safeParse(pushTo).error?.issues[0]?.message
  return {
    wish: {
      options: { ...(args.values ? { args: args.values } : {}), ...(pushTo ? { pushTo } : {}) },
      ...(secrets.values ? { secrets: secrets.values } : {}),
    },
    faults: {
      ...(args.fault ? { buildArgs: args.fault } : {}),
      ...(secrets.fault ? { buildSecrets: secrets.fault } : {}),
      ...(pushFault ? { pushTo: pushFault } : {}),
    },
    rowFaults: new Map([...args.rowFaults, ...secrets.rowFaults]),
  }
}

type Schema = typeof BuildSecrets | typeof BuildOptions.shape.args

function readValues(rows: readonly NamedValue[], schema: Schema) {
  const typed = rows.filter((row) => !isBlank(row))
  const rowFaults = listNameFaults(typed, (name, value) => faultOf(schema, { [name]: value }))
  const values = typed.length > 0 ? valuesOf(typed) : undefined
  const fault = rowFaults.size > 0 ? 'Correct those that are marked' : faultOf(schema, values ?? {})
  return { values, rowFaults, fault }
}

function faultOf(schema: Schema, values: Record<string, string>): string | undefined {
  const [issue] = schema.safeParse(values).error?.issues ?? []
  return issue?.code === 'invalid_key' ? issue.issues[0]?.message : issue?.message
}

/** What the server said of a field stands at the field. */
export const refusedExtras = (error: PlatformError | null): ExtraFaults =>
  error?.code === 'secrets_unsupported'
    ? { buildSecrets: `${error.message}${error.hint ? `. ${error.hint}` : ''}` }
    : {}

/** The registry that an image is pushed to; undefined until one is named. */
export const hostOfTarget = (pushTo: string): string | undefined => /^\s*([^/\s]+)\//.exec(pushTo)?.[1]

/** The same image at another registry, or a first proposal: most give each of their users a place of that name. */
export function targetAt({ host, username }: UsableRegistry, { pushTo, app }: { pushTo: string; app: string }): string {
  const path = pushTo.trim().split('/').slice(1).join('/')
  const place = /^[a-z0-9]+([._-][a-z0-9]+)*$/.test(username) ? `${username}/` : ''
  return `${host}/${path || `${place}${app || 'app'}:latest`}`
}
