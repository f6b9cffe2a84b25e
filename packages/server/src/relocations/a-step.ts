import { firstStep } from './drain-plan.ts'
import type { StepRow } from './relocation-row.ts'

const service = { app: 'shop', service: 'web', serviceName: 'shop-web-r1' }

/** A step to test with; say only what matters. */
export const aStep = (change: Partial<StepRow> = {}): StepRow => ({
  ...firstStep(service, { machineId: 'id-1', from: 'm1', way: 'leave' }),
  ...change,
})
