const dayMs = 24 * 3600 * 1000

/** A session that is not used for so long ends. */
export const rollingMs = 7 * dayMs

/** And however much it is used, it ends so long after its password was typed. */
export const absoluteCapMs = 30 * dayMs

/** How often its use is written down. */
export const useGrainMs = 60_000
