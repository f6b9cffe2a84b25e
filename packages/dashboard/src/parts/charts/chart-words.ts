import { formatBytes } from '@berth/contract'

const dayMs = 86_400_000
const nothing = '–'

/** At the axis of times: hours within a day or two, days beyond. */
export function describeTick(atMs: number, spanMs: number): string {
  const at = new Date(atMs)
  if (spanMs > 2 * dayMs) return at.toLocaleDateString(undefined, { day: 'numeric', month: 'short' })
  return at.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hour12: false })
}

/** Under the pointer: as exact as the range is. */
export function describeMoment(atMs: number, spanMs: number): string {
  const at = new Date(atMs)
  const isLong = spanMs > dayMs / 2
  const time = at.toLocaleTimeString(undefined, {
    hour: '2-digit',
    minute: '2-digit',
    ...(isLong ? {} : { second: '2-digit' }),
    hour12: false,
  })
  return isLong ? `${at.toLocaleDateString(undefined, { day: 'numeric', month: 'short' })}, ${time}` : time
}

/** Of 1: "4.2 %", "37 %". */
export const percentWords = (value: number | null | undefined): string =>
  value == null
    ? nothing
    : value > 0 && value < 0.0995
      ? `${(value * 100).toFixed(1)} %`
      : `${Math.round(value * 100)} %`

/** Of 100 already. */
export const pressureWords = (value: number | null | undefined): string =>
  percentWords(value == null ? value : value / 100)

export const bytesWords = (value: number | null | undefined): string => (value == null ? nothing : formatBytes(value))

export const byteRateWords = (value: number | null | undefined): string =>
  value == null ? nothing : `${formatBytes(Math.round(value))}/s`

/** Where there is little room. */
export const shortBytes = (value: number): string => formatBytes(value).replace('iB', '').replace(' B', '')

/** Places of lines that are round in powers of 1024. */
export function byteTicks(topBytes: number, most = 4): number[] {
  let step = 1024
  while (topBytes / step > most) step *= 2
  return Array.from({ length: Math.floor(topBytes / step) + 1 }, (_, index) => index * step)
}
