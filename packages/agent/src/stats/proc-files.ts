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

/** What could be given to a new process counts as free: the page cache does. */
export function parseMemory(meminfoText: string): { usedBytes: number; totalBytes: number } {
  const totalBytes = kibibytes(meminfoText, 'MemTotal') * 1024
  return { usedBytes: totalBytes - kibibytes(meminfoText, 'MemAvailable') * 1024, totalBytes }
}

export const parseLoad1 = (loadavgText: string): number => Number.parseFloat(loadavgText) || 0

function kibibytes(meminfoText: string, name: string): number {
  const start = meminfoText.indexOf(`${name}:`)
  return start < 0 ? 0 : Number.parseInt(meminfoText.slice(start + name.length + 1), 10)
}
