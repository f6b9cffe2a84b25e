import type { AppStats, InstanceMeasure, InstanceSeries } from '@berth/contract'
import type { ChartLine } from '#parts/charts/chart-options.ts'
import { alignValues, highestOf } from '#parts/charts/series.ts'
import { shortInstanceId } from '../logs/instance-colours.ts'

/** As many as can be told apart by their colours. */
export const mostLines = 8

/** Those with the most of a measure, the highest first, each with the colour that it has in all charts. */
export function instanceLines(
  { instances }: Pick<AppStats, 'instances'>,
  measure: InstanceMeasure,
  times: readonly number[],
): ChartLine[] {
  const colours = new Map(instances.toReversed().map(({ id }, index) => [id, `--series-${(index % mostLines) + 1}`]))
  return instances
    .map((series) => ({ series, top: highestOf(series.points[measure]) }))
    .toSorted((one, other) => other.top - one.top)
    .slice(0, mostLines)
    .map(({ series }) => ({
      name: nameOf(series),
      colour: colours.get(series.id) ?? '--series-1',
      values: alignValues(series, series.points[measure], times),
    }))
}

const nameOf = ({ service, id }: InstanceSeries) => `${service} ${shortInstanceId(id)}`
