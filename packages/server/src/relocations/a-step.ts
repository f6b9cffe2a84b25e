import type { StepRow } from './relocation-row.ts'

/** A step to test with; say only what matters. */
export const aStep = (change: Partial<StepRow> = {}): StepRow => ({
  app: 'shop',
  service: 'web',
  serviceName: 'shop-web-r1',
  machineId: 'id-1',
  from: 'm1',
  way: 'leave',
  phase: 'waiting',
  closed: [],
  surge: 0,
  upBefore: 0,
  placesBefore: {},
  words: null,
  startedAtMs: null,
  finishedAtMs: null,
  ...change,
})
