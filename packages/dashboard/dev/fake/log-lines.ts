import type { Instance, LogLine } from '@berth/contract'
import { ansi, bidirectional, combining, control, link, markup } from './hostile.ts'

const MiB = 1024 ** 2

const ordinary = [
  'GET / 200 3ms',
  'GET /products?page=2 200 12ms',
  '\u001B[32minfo\u001B[39m cache warmed with 1,204 entries',
  'POST /cart 201 8ms {"items":3,"total":"41.90"}',
  '\u001B[33mwarn\u001B[39m slow query: SELECT * FROM orders WHERE placed_at > $1 (212 ms)',
  'GET /health 200 0ms',
  '\u001B[31merror\u001B[39m connection reset by peer, trying again',
]

const hostile = [
  markup,
  ansi,
  control,
  bidirectional,
  combining,
  link,
  '',
  `a line of 1 MiB: ${'0123456789abcdef'.repeat(MiB / 16)}`,
  '\r\rcarriage\rreturns',
  '<!-- <b>not bold</b> --> &lt;not an entity&gt; &#x3C;',
]

export type LogWriter = (index: number, instances: readonly Instance[], at: Date) => LogLine

/** The line of that index, the same each time it is asked for but for its time. */
export function logWriter(isHostile: boolean): LogWriter {
  const texts = isHostile ? hostile : ordinary
  return (index, instances, at) => {
    const instance = instances[index % Math.max(instances.length, 1)]
    const isRemark = index % 97 === 96
    return {
      instanceId: instance?.id ?? 'instance0',
      service: instance?.service ?? 'web',
      machine: instance?.machine ?? 'machine-1',
      stream: isRemark ? 'berth' : index % 7 === 6 ? 'stderr' : 'stdout',
      at: at.toISOString(),
      text: isRemark ? 'The log of this instance was interrupted and goes on here' : `${texts[index % texts.length]}`,
    }
  }
}
