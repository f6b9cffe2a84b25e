import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addedRow } from '../app/environment/env-draft.ts'
import { blankDraft, isBlank, readDraft, writeDraft } from './draft.ts'

const row = (name: string, value: string) => ({ ...addedRow(name), name, value })
const draft = {
  ...blankDraft('default'),
  image: 'nginx:stable',
  env: [row('TOKEN', 'very secret'), row('EMPTY', '')],
}
const built = { ...draft, buildSecrets: [{ key: 'k', name: 'NPM_TOKEN', value: 'very secret' }] }

test('what was typed comes back, without the values of the environment', () => {
  const text = writeDraft(draft, 'ada@example.org')
  assert.doesNotMatch(text, /very secret/)
  const back = readDraft(text, 'ada@example.org')
  assert.equal(back?.image, 'nginx:stable')
  assert.deepEqual(
    back?.env.map(({ name, value }) => [name, value]),
    [
      ['TOKEN', ''],
      ['EMPTY', ''],
    ],
  )
})

test('a secret of a build stays out of what the browser keeps, and is to be typed again', () => {
  const text = writeDraft(built, 'ada')
  assert.doesNotMatch(text, /very secret/)
  const back = readDraft(text, 'ada')
  assert.deepEqual(back?.buildSecrets, [{ key: 'k', name: 'NPM_TOKEN', value: '' }])
  assert.deepEqual(back?.forgotten, ['TOKEN', 'k'])
})

test('only what had a value is to be typed again', () => {
  assert.deepEqual(readDraft(writeDraft(draft, 'ada'), 'ada')?.forgotten, ['TOKEN'])
})

test('what is still to be typed again is so after another reload', () => {
  const once = readDraft(writeDraft(draft, 'ada'), 'ada') ?? assert.fail()
  assert.deepEqual(readDraft(writeDraft(once, 'ada'), 'ada')?.forgotten, ['TOKEN'])
})

test('nobody finds what another one typed', () => {
  assert.equal(readDraft(writeDraft(draft, 'ada'), 'grace'), undefined)
})

test('what is no draft is none', () => {
  for (const text of [null, '', '{', '7', '{"owner":"ada"}', '{"owner":"ada","draft":{"image":1}}'])
    assert.equal(readDraft(text, 'ada'), undefined)
})

test('the app that exists since the first try is remembered', () => {
  const tried = {
    app: 'shop',
    deploymentId: 'd1',
    envNames: ['TOKEN'],
    replicas: 1,
    hasMemory: false,
    hasCpu: true,
    isWatched: true,
  }
  assert.deepEqual(readDraft(writeDraft({ ...draft, tried }, 'ada'), 'ada')?.tried, tried)
})

test('a draft in which only the project was chosen is blank', () => {
  assert.ok(isBlank(blankDraft('team')))
  assert.ok(!isBlank(draft))
})
