/** What one instance of a service was seen to use: 95 of 100 samples were at most this. */
export type ObservedUse = { cpuMillisP95: number; memoryBytesP95: number; sampleCount: number }

/** Null where none of its instances was measured since then. */
export type FindObservedUse = (
  app: string,
  service: string,
  options: { sinceMs: number },
) => Promise<ObservedUse | null>
