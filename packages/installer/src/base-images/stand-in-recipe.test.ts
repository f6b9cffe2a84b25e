import assert from 'node:assert/strict'
import { test } from 'node:test'
import { standInNames } from './base-image-names.ts'
import { recipeOf } from './stand-in-recipe.ts'

test('every stand-in has a recipe of its own, the same whenever it is asked for', async () => {
  const recipes = await Promise.all(standInNames.map(recipeOf))
  assert.equal(new Set(recipes).size, standInNames.length)
  assert.deepEqual(await Promise.all(standInNames.map(recipeOf)), recipes)
})
