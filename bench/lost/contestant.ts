export const scenarios = [
  'deploy',
  'scale 1 -> 4 -> 2',
  'instance kill -9, twice',
  'instance kill -9, POSTs too',
  'edge reload, twice',
  'server kill -9',
] as const
export type Scenario = (typeof scenarios)[number]

export type Contestant = {
  port: number
  host: string
  /** Done when so many instances answer. */
  scale(replicas: number): Promise<void>
  /** Done when it is over and all is well again; null for what this one does not have. */
  scenarios: Record<Scenario, (() => Promise<void>) | null>
}
