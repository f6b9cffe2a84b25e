import { MachineName, parseCpuMillis, parseMemoryBytes } from '@berth/contract'
import { z } from 'zod'

/** The text of a flag in its own unit; what is not understood is repeated, with how to write it. */
function amount(parse: (text: string) => number | undefined, how: string) {
  return z.string().transform((text, context) => {
    const value = parse(text)
    if (value) return value
    context.issues.push({ code: 'custom', message: `${how}, not "${text.slice(0, 60)}"`, input: text })
    return z.NEVER
  })
}

const wholeTo = (most: number) => (text: string) =>
  /^\d{1,5}$/.test(text) && Number(text) <= most ? Number(text) : undefined

export const memoryFlag = amount(parseMemoryBytes, 'use a size such as 512M or 2G')
export const cpusFlag = amount(parseCpuMillis, 'use a number of cores such as 0.5 or 2')
export const countFlag = amount(wholeTo(999), 'use a whole number from 1 to 999')
export const portFlag = amount(wholeTo(65_535), 'use a port from 1 to 65535')
export const switchFlag = z.boolean().default(false)
export const machineArgument = MachineName
/** Of a machine, as the others reach it. The engine's networks between machines are not tried over IPv6; SSH may use it. */
export const addressFlag = z.ipv4('use an IPv4 address: by IPv6 machines are reached over SSH only, not by each other')
