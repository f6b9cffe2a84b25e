import assert from 'node:assert/strict'
import { test } from 'node:test'
import { baseImageNames } from './base-image-names.ts'
import { recipeOf } from './stand-in-recipe.ts'

test('every stand-in has a recipe of its own, the same whenever it is asked for', async () => {
  const recipes = await Promise.all(baseImageNames.map(recipeOf))
  assert.equal(new Set(recipes).size, baseImageNames.length)
  assert.deepEqual(await Promise.all(baseImageNames.map(recipeOf)), recipes)
})
