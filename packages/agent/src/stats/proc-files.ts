/** Times in clock ticks since the start of the machine. */
export type CpuTimes = { busy: number; total: number }

/** Of the first line of /proc/stat: user nice system idle iowait irq softirq steal (guest is in user already). */
export function parseCpuTimes(statText: string): CpuTimes {
  const ticks = statText.slice(0, statText.indexOf('\n')).trim().split(/\s+/).slice(1, 9).map(Number)
  const total = ticks.reduce((sum, value) => sum + value, 0)
  const [, , , idle = 0, ioWait = 0] = ticks
  return { busy: total - idle - ioWait, total }
}

export const countCpus = (statText: string): number => statText.match(/^cpu\d+ /gm)?.length || 1

export type MemoryUse = { usedBytes: number; totalBytes: number; swapUsedBytes: number }

/** What could be given to a new process counts as free: the page cache does. */
export function parseMemory(meminfoText: string): MemoryUse {
  const bytes = (name: string) => kibibytes(meminfoText, name) * 1024
  const totalBytes = bytes('MemTotal')
  return {
    usedBytes: totalBytes - bytes('MemAvailable'),
    totalBytes,
    swapUsedBytes: bytes('SwapTotal') - bytes('SwapFree'),
  }
}

/** Of the last minute and of the last five. */
export function parseLoads(loadavgText: string): { load1: number; load5: number } {
  const [load1 = 0, load5 = 0] = loadavgText.split(' ').map((word) => Number.parseFloat(word) || 0)
  return { load1, load5 }
}

/** Since the start of the machine; null before Linux 4.13. */
export function parseOutOfMemoryKills(vmstatText: string): number | null {
  const found = /^oom_kill (\d+)$/m.exec(vmstatText)?.[1]
  return found === undefined ? null : Number(found)
}

function kibibytes(meminfoText: string, name: string): number {
  const start = meminfoText.indexOf(`${name}:`)
  return start < 0 ? 0 : Number.parseInt(meminfoText.slice(start + name.length + 1), 10)
}
