import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppName } from '@berth/contract'
import { proposeAppName } from './name-proposal.ts'

const nobody = new Set<string>()

for (const [image, name] of [
  ['nginx', 'nginx'],
  ['nginx:stable', 'nginx'],
  ['ghcr.io/team/Shop_API:1.2', 'shop-api'],
  ['localhost:5000/shop', 'shop'],
  [`registry.example.org/shop@sha256:${'0'.repeat(64)}`, 'shop'],
  ['team/7zip', 'zip'],
  ['42', 'app'],
  ['team/web--', 'web'],
  ['team/web/', 'web'],
  ['', ''],
  [' nginx ', 'nginx'],
])
  test(`${JSON.stringify(image)} proposes ${JSON.stringify(name)}`, () => {
    assert.equal(proposeAppName(image ?? '', nobody), name)
  })

test('a name that is taken gets a number', () => {
  assert.equal(proposeAppName('nginx', new Set(['nginx', 'nginx-2'])), 'nginx-3')
})

test('the name of the platform is never proposed', () => {
  assert.equal(proposeAppName('berth', nobody), 'berth-2')
})

test('a long name stays one that an app can have, with its number too', () => {
  const image = `${'a'.repeat(38)}-bcdef`
  const first = proposeAppName(image, nobody)
  const second = proposeAppName(image, new Set([first]))
  assert.equal(first, 'a'.repeat(38).concat('-b'))
  assert.equal(second, `${'a'.repeat(38)}-2`)
  for (const name of [first, second]) assert.ok(AppName.safeParse(name).success)
})
