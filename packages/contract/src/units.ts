const byteUnits: Record<string, number> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 }

/** "128M", "1.5G", "512KiB" or plain bytes; units are powers of 1024, as Docker reads them. */
export function parseMemoryBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([bkmgt]?)(?:i?b)?$/i.exec(text.trim())
  const unit = byteUnits[match?.[2]?.toLowerCase() ?? '']
  return match?.[1] && unit ? Math.round(Number(match[1]) * unit) : undefined
}

/** "0.15" or "2" (cores), "150m" (thousandths of a core). */
export function parseCpuMillis(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(m?)$/.exec(text.trim())
  if (!match?.[1]) return undefined
  return Math.round(Number(match[1]) * (match[2] ? 1 : 1000))
}

/** "500ms", "30s", "5m", "1h" or a bare number of seconds. */
export function parseDurationMs(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/.exec(text.trim())
  if (!match?.[1]) return undefined
  const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[match[2] ?? 's'] ?? 1000
  return Math.round(Number(match[1]) * unitMs)
}

/** 1610612736 -> "1.5 GiB": the largest unit that leaves a number of at least 1. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1)
  const value = bytes / 1024 ** power
  return `${value >= 100 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)} ${units[power]}`
}

/** 150 -> "0.15". */
export const formatCpu = (cpuMillis: number): string => `${Number((cpuMillis / 1000).toFixed(3))}`

/** 850 -> "0.9 s", 95_000 -> "1 min 35 s". */
export function formatDuration(durationMs: number): string {
  if (durationMs < 60_000) return `${(durationMs / 1000).toFixed(1)} s`
  const seconds = Math.round(durationMs / 1000)
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)]
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${seconds % 60} s`
}
