import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeActor, describeEvent, titleOfKind, topicOf } from './event-words.ts'

test('a sentence says which app, so that it can be gone to', () => {
  assert.deepEqual(describeEvent({ kind: 'deployment_failed', app: 'shop', project: 'default' }), {
    topic: 'deployments',
    tone: 'bad',
    pieces: [{ text: 'could not deploy ' }, { app: 'shop' }],
  })
})

test('what is missing is named as something', () => {
  const { pieces } = describeEvent({ kind: 'app_scaled', app: null, project: null })
  assert.deepEqual(pieces, [{ text: 'scaled ' }, { text: 'an app' }])
})

test('a project stands in the sentence where it is what was changed', () => {
  const { pieces } = describeEvent({ kind: 'project_created', app: null, project: 'team' })
  assert.deepEqual(pieces, [{ text: 'created the project ' }, { project: 'team' }])
})

test('a sign-in that failed was not done by nobody', () => {
  assert.equal(describeActor('nobody'), 'Somebody')
  assert.equal(describeActor(' '), 'Somebody')
})

test('a name that turns text around does not turn the sentence around', () => {
  assert.equal(describeActor('safe\u202Egpj.exe\u2066'), 'safe‹U+202E›gpj.exe‹U+2066›')
})

test('a kind from a newer server can be read', () => {
  assert.deepEqual(describeEvent({ kind: 'edge_moved_house', app: 'shop', project: null }), {
    topic: 'other',
    tone: 'plain',
    pieces: [{ text: 'edge moved house ' }, { app: 'shop' }],
  })
  assert.equal(titleOfKind('edge_moved_house'), 'Edge moved house')
})

test('a kind that is called like something every object has is a kind like others', () => {
  assert.equal(topicOf('constructor'), 'other')
  assert.equal(titleOfKind('__proto__'), 'Proto')
  assert.equal(titleOfKind(''), 'Something')
})
