import {
  AppName,
  BuildOptions,
  createJoinToken,
  createToken,
  DeploymentOptions,
  Email,
  HealthCheck,
  ImageRef,
  MachineName,
  Port,
  ProjectName,
  PushTarget,
  parseCpuMillis,
  parseDurationMs,
  parseMemoryBytes,
  Replicas,
  Resources,
  roles,
  tokenAccess,
} from '@berth/contract'
import { z } from 'zod'
import { quote } from '../terminal/plain-text.ts'

/** The text of a flag as the contract's schema takes it; complains in the schema's words and repeats what was typed. */
export function flag<Schema extends z.ZodType>(
  schema: Schema,
  { parse, example }: { parse(text: string): unknown; example?: string },
) {
  return z.string().transform((text, context): z.output<Schema> => {
    const value = parse(text)
    const result = schema.safeParse(value)
    if (result.success) return result.data
    const message = (value === undefined && example) || result.error.issues[0]?.message
    context.issues.push({ code: 'custom', message: `${message}, not ${quote(text)}`, input: text })
    return z.NEVER
  })
}

const asIs = (text: string) => text
const parseWhole = (text: string) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined)

const cpu = { parse: parseCpuMillis, example: 'use a number of cores such as 0.15 or 2' }
const memory = { parse: parseMemoryBytes, example: 'use a size such as 128M or 1G' }
const duration = { parse: parseDurationMs, example: 'use a time such as 60s or 5m' }
const orAuto = <Parse extends (text: string) => unknown>({ parse, example }: { parse: Parse; example: string }) => ({
  parse: (text: string) => (text === 'auto' ? null : parse(text)),
  example: `${example}, or auto`,
})
const { cpuMillis, memoryBytes, reservedCpuMillis, reservedMemoryBytes } = Resources.shape
const newToken = (createToken.body as NonNullable<typeof createToken.body>).shape

export const appArgument = flag(AppName, { parse: asIs })
export const projectFlag = flag(ProjectName, { parse: asIs })
export const imageFlag = flag(ImageRef, { parse: asIs })
export const pushFlag = flag(PushTarget, { parse: asIs })
export const portFlag = flag(Port, { parse: parseWhole, example: 'use a port from 1 to 65535' })
export const replicasFlag = flag(Replicas.min(1, 'use 1 to 100 replicas; to have none, stop the app'), {
  parse: parseWhole,
  example: 'use a whole number from 1 to 100',
})
export const cpuFlag = flag(cpuMillis.unwrap(), cpu)
export const memoryFlag = flag(memoryBytes.unwrap(), memory)
/** "auto" is null: what is observed. */
export const reservedCpuFlag = flag(reservedCpuMillis.unwrap().nullable(), orAuto(cpu))
export const reservedMemoryFlag = flag(reservedMemoryBytes.unwrap().nullable(), orAuto(memory))
export const buildMemoryFlag = flag(BuildOptions.shape.memoryBytes.unwrap(), memory)
export const buildTimeFlag = flag(BuildOptions.shape.timeLimitMs.unwrap(), duration)
export const healthPathFlag = flag(HealthCheck.shape.path.unwrap(), { parse: asIs })
export const deadlineFlag = flag(DeploymentOptions.shape.deadlineMs.unwrap(), duration)

/** "3" and "v3". */
export const releaseVersionArgument = flag(
  z.int('use a release such as 3 or v3').positive('use a release from v1 on'),
  {
    parse: (text) => parseWhole(text.replace(/^v/, '')),
  },
)

export const machineArgument = flag(MachineName, { parse: asIs })

const newJoinToken = (createJoinToken.body as NonNullable<typeof createJoinToken.body>).shape
/** A time, as whole minutes. */
export const joinMinutesFlag = flag(newJoinToken.expiresInMinutes.unwrap(), {
  parse: (text) => {
    const [, count = '', unit = 'm'] = /^(\d{1,6})([mhd]?)$/.exec(text) ?? []
    return count ? Number(count) * ({ m: 1, h: 60, d: 1440 }[unit || 'm'] ?? 1) : undefined
  },
  example: 'use a time such as 30m, 1h or 1d, seven days at most',
})

export const emailArgument = flag(Email, { parse: asIs })
export const roleFlag = flag(z.enum(roles, `use ${roles.join(', ')}`), { parse: asIs })
/** Of a token. */
export const tokenNameArgument = flag(newToken.name, { parse: asIs })
export const accessFlag = flag(z.enum(tokenAccess, `use ${tokenAccess.join(', ')}`), { parse: asIs })

/** "90d", "12w", "1y" and a bare number of days. */
export const daysFlag = flag(newToken.expiresInDays.unwrap(), {
  parse: (text) => {
    const [, count = '', unit = 'd'] = /^(\d{1,6})([dwy]?)$/.exec(text) ?? []
    return count ? Number(count) * ({ d: 1, w: 7, y: 365 }[unit || 'd'] ?? 1) : undefined
  },
  example: 'use a time such as 90d, 12w or 1y',
})

export const countFlag = (most: number) =>
  flag(z.int(`use a whole number from 0 to ${most}`).max(most, `use a whole number from 0 to ${most}`), {
    parse: parseWhole,
  })
