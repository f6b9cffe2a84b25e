import assert from 'node:assert/strict'
import { test } from 'node:test'
import { layerSizesOf } from './layer-sizes.ts'

test('instructions that made no layer are left out', () => {
  assert.deepEqual(layerSizesOf([75, 0, 0, 5], { layerCount: 2, sizeBytes: 80 }), [75, 5])
})

test('an empty layer keeps its place among those that have a size', () => {
  assert.deepEqual(layerSizesOf([75, 0, 0, 5], { layerCount: 3, sizeBytes: 80 }), [75, 0, 5])
})

test('an image without a history has its size in its last layer', () => {
  assert.deepEqual(layerSizesOf([80], { layerCount: 3, sizeBytes: 80 }), [0, 0, 80])
  assert.deepEqual(layerSizesOf([1, 2], { layerCount: 1, sizeBytes: 3 }), [3])
  assert.deepEqual(layerSizesOf([], { layerCount: 0, sizeBytes: 0 }), [])
})
