import { PlatformError } from '@berth/contract'
import { standInBase, standInNames } from './base-image-names.ts'

export type BaseImageStep = { kind: 'keep' | 'pull' | 'make'; name: string }

export type BaseImageFacts = {
  wanted: readonly string[]
  /** Those that the engine already has, from wherever. */
  present: readonly string[]
  canPull: boolean
}

/** Keeps what is there, pulls what is not, and makes a stand-in only where nothing can be pulled. */
export function planBaseImages({ wanted, present, canPull }: BaseImageFacts): BaseImageStep[] {
  const steps = [...new Set(wanted)].map((name): BaseImageStep => {
    if (present.includes(name)) return { kind: 'keep', name }
    if (canPull) return { kind: 'pull', name }
    if (hasStandIn(name)) return { kind: 'make', name }
    throw new PlatformError('image_not_found', `There is no stand-in for ${name}, and Docker Hub cannot be reached`, {
      hint: 'Load the image with "docker load", or give this machine access to Docker Hub',
    })
  })
  return withBaseFirst(steps, present)
}

const hasStandIn = (name: string) => standInNames.some((known) => known === name)

function withBaseFirst(steps: readonly BaseImageStep[], present: readonly string[]): BaseImageStep[] {
  const base = steps.filter(({ name }) => name === standInBase)
  const others = steps.filter(({ name }) => name !== standInBase)
  const isBaseMissing = base.length === 0 && !present.includes(standInBase)
  if (isBaseMissing && others.some(({ kind }) => kind === 'make')) base.push({ kind: 'make', name: standInBase })
  return [...base, ...others]
}
