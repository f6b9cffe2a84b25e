import {
  appMeasures,
  instanceMeasures,
  machineMeasures,
  overviewMeasures,
  type StatsMeasure,
  type StatsPeak,
} from '@berth/contract'

export type SubjectKind = 'machine' | 'app' | 'instance' | 'overview'

/** What is measured of each kind of subject, each second. */
export const measuresOf: Readonly<Record<SubjectKind, readonly StatsMeasure[]>> = {
  machine: machineMeasures,
  app: appMeasures,
  instance: instanceMeasures,
  overview: overviewMeasures,
}

export type ColumnName = StatsMeasure | StatsPeak

const peaks: Readonly<Record<StatsPeak, StatsMeasure>> = { cpuRatioMax: 'cpuRatio', memoryBytesMax: 'memoryBytes' }

/** What is kept of each kind: the measures, and the peaks that a mean would hide. */
export const columnsOf = (kind: SubjectKind): readonly ColumnName[] => [
  ...measuresOf[kind],
  ...(Object.keys(peaks) as StatsPeak[]),
]

export const isPeak = (name: ColumnName): name is StatsPeak => Object.hasOwn(peaks, name)

/** What a peak is the highest of. */
export const peakSource = (name: StatsPeak): StatsMeasure => peaks[name]

/** How many values become one: most are what was usual; a count of things that happened adds up. */
export function foldRule(name: ColumnName): 'mean' | 'max' | 'sum' {
  if (name === 'outOfMemoryKills') return 'sum'
  return isPeak(name) || name === 'instances' || name === 'machines' ? 'max' : 'mean'
}
