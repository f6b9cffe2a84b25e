import { BuildOptions } from '@berth/contract'
import type { BuildRow } from './build-row.ts'

export const aBuild = (change: Partial<BuildRow> = {}): BuildRow => ({
  ...{ id: 'build-1', app: 'shop', state: 'queued', deploy: null, requestedBy: 'alice', attempts: 0 },
  source: { kind: 'archive', name: 'shop.zip', sizeBytes: 1_000 },
  options: BuildOptions.parse({}),
  secretNames: [],
  ...{ commitId: null, machine: null, recognizedAs: null, detail: null, steps: [], dockerfile: null },
  ...{ isGenerated: false, images: [], failure: null, deploymentId: null },
  ...{ createdAtMs: 1, queuedAtMs: 1, startedAtMs: null, finishedAtMs: null },
  ...change,
})
