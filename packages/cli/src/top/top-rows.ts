import type { AppSample, InstanceSample, MachineSample, StatsEvent } from '@berth/contract'
import { formatBytes } from '@berth/contract'
import { sparkline } from '../terminal/sparkline.ts'
import { type Column, renderTable } from '../terminal/table.ts'
import type { CpuHistory } from './cpu-history.ts'

export const sortings = ['cpu', 'memory', 'network', 'name'] as const
export type Sorting = (typeof sortings)[number]

export type TopView = { what: 'all' | 'machines' | 'apps'; app: string | undefined; sorting: Sorting }

/** The lines of a table; none where it has no rows. */
export type TopTable = (options: Parameters<typeof renderTable>[2]) => string[]

type Sample = MachineSample | AppSample | InstanceSample

const barWidth = 20

/** Without a history, as for lines that are printed one after the other, there is no column of bars. */
export function topTables(
  event: StatsEvent,
  history: CpuHistory | undefined,
  { what, app, sorting }: TopView,
): TopTable[] {
  const tableOf =
    <Row extends Sample>(columns: readonly Column<Row>[], rows: readonly Row[]): TopTable =>
    (options) =>
      rows.length === 0 ? [] : renderTable(columns, sorted(rows, sorting), options)
  const machines = tableOf(machineColumns(history), event.machines)
  const apps = tableOf(appColumns(history), event.apps)
  const instances = tableOf(instanceColumns(history), event.instances)
  if (what === 'machines') return [machines]
  if (app !== undefined) return [apps, instances]
  return what === 'apps' ? [apps] : [machines, apps]
}

const nameOf = (sample: Sample) => ('id' in sample ? sample.id : 'machine' in sample ? sample.machine : sample.app)

const amountOf: Record<Exclude<Sorting, 'name'>, (sample: Sample) => number> = {
  cpu: ({ cpuRatio }) => cpuRatio ?? -1,
  memory: ({ memoryBytes }) => memoryBytes ?? -1,
  network: (sample) => (sample.networkReceivedBytesPerSecond ?? 0) + (sample.networkSentBytesPerSecond ?? 0),
}

/** The most first; those that are alike by name, so that they do not change places. */
function sorted<Row extends Sample>(rows: readonly Row[], sorting: Sorting): Row[] {
  const byName = rows.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  if (sorting === 'name') return byName
  const amount = amountOf[sorting]
  return byName.toSorted((a, b) => amount(b) - amount(a))
}

const machineColumns = (history: CpuHistory | undefined): Column<MachineSample>[] => [
  { title: 'MACHINE', cell: ({ machine }) => machine },
  { title: 'CPU', cell: ({ cpuRatio }) => percentText(ratioPercent(cpuRatio)), isFixed: true },
  ...barColumn<MachineSample>(history, ({ machine }) => machine),
  ...useColumns<MachineSample>(),
  { title: 'LOAD', cell: ({ load1 }) => (load1 === null ? '-' : load1.toFixed(1)) },
  { title: 'INST', cell: ({ instances }) => instances ?? '-' },
  { title: 'WAIT CPU', cell: ({ cpuPressurePercent }) => percentText(cpuPressurePercent) },
  { title: 'MEM', cell: ({ memoryPressurePercent }) => percentText(memoryPressurePercent) },
  { title: 'IO', cell: ({ ioPressurePercent }) => percentText(ioPressurePercent) },
]

const appColumns = (history: CpuHistory | undefined): Column<AppSample>[] => [
  { title: 'APP', cell: ({ app }) => app },
  { title: 'CPU', cell: ({ cpuRatio }) => coresText(cpuRatio), isFixed: true },
  ...barColumn<AppSample>(history, ({ app }) => `app ${app}`),
  { title: 'INST', cell: ({ instances }) => instances ?? '-' },
  { title: 'REQ/S', cell: ({ requestsPerSecond }) => rateText(requestsPerSecond) },
  { title: 'ERR/S', cell: ({ errorsPerSecond }) => rateText(errorsPerSecond) },
  { title: 'NOW', cell: ({ inFlight }) => inFlight ?? '-' },
  ...useColumns<AppSample>(),
]

const instanceColumns = (history: CpuHistory | undefined): Column<InstanceSample>[] => [
  { title: 'INSTANCE', cell: ({ id }) => id.slice(0, 12), isFixed: true },
  { title: 'CPU', cell: ({ cpuRatio }) => coresText(cpuRatio), isFixed: true },
  ...barColumn<InstanceSample>(history, ({ id }) => `instance ${id}`),
  { title: 'SERVICE', cell: ({ service }) => service },
  { title: 'MACHINE', cell: ({ machine }) => machine },
  ...useColumns<InstanceSample>(),
]

const useColumns = <Row extends Sample>(): Column<Row>[] => [
  { title: 'MEMORY', cell: ({ memoryBytes }) => (memoryBytes === null ? '-' : formatBytes(memoryBytes)) },
  { title: 'RECEIVED', cell: (row) => bytesText(row.networkReceivedBytesPerSecond) },
  { title: 'SENT', cell: (row) => bytesText(row.networkSentBytesPerSecond) },
  { title: 'READ', cell: (row) => bytesText(row.diskReadBytesPerSecond) },
  { title: 'WRITTEN', cell: (row) => bytesText(row.diskWrittenBytesPerSecond) },
]

const barColumn = <Row extends Sample>(history: CpuHistory | undefined, keyOf: (row: Row) => string): Column<Row>[] =>
  history
    ? [{ title: '', cell: (row) => sparkline(history.of(keyOf(row)), { width: barWidth, max: 1 }), isFixed: true }]
    : []

const ratioPercent = (ratio: number | null) => ratio && ratio * 100

const percentText = (percent: number | null) => (percent === null ? '-' : `${Math.round(percent)}%`)

const coresText = (cores: number | null) => (cores === null ? '-' : cores.toFixed(2))

const rateText = (rate: number | null) =>
  rate === null ? '-' : rate >= 10 ? Math.round(rate) : Number(rate.toFixed(1))

const bytesText = (bytes: number | null) => (bytes === null ? '-' : `${formatBytes(Math.round(bytes))}/s`)
