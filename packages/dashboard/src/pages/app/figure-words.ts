import { formatBytes } from '@berth/contract'

/** "0.4", "12", "3.4k": three figures at most. */
export function formatRate(perSecond: number): string {
  if (perSecond >= 9_999.5) return `${Math.round(perSecond / 1_000)}k`
  if (perSecond >= 999.5) return `${(perSecond / 1_000).toFixed(1)}k`
  return perSecond >= 9.95 || perSecond === 0 ? `${Math.round(perSecond)}` : perSecond.toFixed(1)
}

/** Of one core: "35 %", "150 %". */
export const formatCores = (ratio: number): string =>
  ratio > 0 && ratio < 0.0995 ? `${(ratio * 100).toFixed(1)} %` : `${Math.round(ratio * 100)} %`

const nothing = '–'

export const rateOf = (value: number | null | undefined) => (value == null ? nothing : `${formatRate(value)}/s`)
export const coresOf = (value: number | null | undefined) => (value == null ? nothing : formatCores(value))
export const bytesOf = (value: number | null | undefined) => (value == null ? nothing : formatBytes(value))
