import type { CleanupStep, DiskUse } from '@berth/contract'

const uses = {
  images: 'images',
  build_cache: 'build cache',
  registry: 'in the registry',
  logs: 'logs, at most',
} as const

export const useWords = ({ kind, app }: Pick<DiskUse, 'kind' | 'app'>): string =>
  app === null ? uses[kind] : `${app}: ${uses[kind]}`

const steps = {
  remove_images: 'images',
  remove_build_cache: 'build cache',
  remove_from_registry: 'images in the registry',
  collect_registry: 'leftovers in the registry',
} as const

/** "3 images of shop", "build cache of shop". */
export function stepWords({ kind, app, images }: CleanupStep): string {
  const of = app === null ? '' : ` of ${app}`
  const count = kind === 'remove_images' || kind === 'remove_from_registry' ? `${images.length} ` : ''
  const words = images.length === 1 ? steps[kind].replace('images', 'image') : steps[kind]
  const [first = '', ...rest] = words.split(' in the ')
  return `${count}${first}${of}${rest.length > 0 ? ` in the ${rest[0]}` : ''}`
}
