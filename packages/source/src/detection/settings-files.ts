import type { Look } from './look.ts'
import type { Recipe } from './recipe.ts'

/** Builds of pages take the values in .env, which are no secrets then: every visitor gets them. Symfony does not start without it. */
export const readsSettings = (recipe: Recipe): boolean =>
  (recipe.kind === 'node' && recipe.buildCommand !== null) || (recipe.kind === 'php' && recipe.isSymfony)

/** Files that hold secrets more often than not, and what becomes of them. */
export function warnOfSettings(look: Look, recipe: Recipe): string[] {
  const found = look.find(/^\.env(\.production)?$/)
  if (found.length === 0) return []
  const names = found.join(' and ')
  if (readsSettings(recipe))
    return [`${names} may be read by the build and stays in its image: no secret should be in there`]
  return [`${names} is left out of the image: set what the app needs of it with "berth env"`]
}
