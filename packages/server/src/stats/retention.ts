/** How long steps of one length are kept, and how many share a row of the database. */
export type Retention = { stepMs: number; spanMs: number; keptMs: number }

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

export const fine: Retention = { stepMs: 15_000, spanMs: 15 * minuteMs, keptMs: dayMs }
export const coarse: Retention = { stepMs: 5 * minuteMs, spanMs: 6 * 60 * minuteMs, keptMs: 30 * dayMs }
export const retentions: readonly Retention[] = [fine, coarse]

/** Beyond these, the instances of an app that were measured longest ago are forgotten. */
export const instancesKeptPerApp = 200
/** A machine that the cluster does not list and that nobody heard of for so long is gone. */
export const machineGoneMs = 10 * minuteMs

export const retentionOf = (stepMs: number): Retention => (stepMs === fine.stepMs ? fine : coarse)

/** Of the span that a moment lies in. */
export const spanStartOf = ({ spanMs }: Retention, atMs: number): number => Math.floor(atMs / spanMs) * spanMs
