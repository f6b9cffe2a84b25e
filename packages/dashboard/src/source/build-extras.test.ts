import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBuild, PlatformError } from '@berth/contract'
import { type BuildExtras, hostOfTarget, noExtras, readExtras, refusedExtras, targetAt } from './build-extras.ts'

const row = (name: string, value: string) => ({ key: name, name, value })
const read = (more: Partial<BuildExtras>) => readExtras({ ...noExtras, ...more })

test('what nobody asked for is not said', () => {
  assert.deepEqual(read({ buildArgs: [row('', '')] }), {
    ...{ wish: { options: {} }, faults: {}, rowFaults: new Map() },
  })
})

test('arguments and the registry are options of a build, and secrets are beside them', () => {
  const { wish, faults } = read({
    ...{ buildArgs: [row('VERSION', '1.2'), row('EMPTY', '')], buildSecrets: [row('npm.token', 'two\nlines')] },
    pushTo: ' ghcr.io/me/shop:1.2 ',
  })
  assert.deepEqual(faults, {})
  assert.deepEqual(wish, {
    options: { args: { VERSION: '1.2', EMPTY: '' }, pushTo: 'ghcr.io/me/shop:1.2' },
    secrets: { 'npm.token': 'two\nlines' },
  })
  const source = { kind: 'git', url: 'https://example.org/shop.git' }
  assert.ok(createBuild.body?.safeParse({ app: 'shop', source, ...wish }).success)
})

test('each fault stands at its row, in the words of the contract and without the value', () => {
  const { faults, rowFaults } = read({
    ...{ buildArgs: [row('no-dashes', 'x')], buildSecrets: [row('EMPTY', ''), row('a b', 's3cret')] },
    pushTo: 'shop:1.2',
  })
  assert.deepEqual(Object.keys(faults), ['buildArgs', 'buildSecrets', 'pushTo'])
  assert.match(faults.pushTo ?? '', /begin with the host/)
  assert.deepEqual([...rowFaults.keys()], ['no-dashes', 'EMPTY', 'a b'])
  assert.match(rowFaults.get('EMPTY') ?? '', /is empty/)
  assert.doesNotMatch(JSON.stringify([...rowFaults]), /s3cret/)
})

test('what no machine can give is refused at the secrets', () => {
  const error = new PlatformError('secrets_unsupported', 'No machine can', { hint: 'Take another' })
  assert.deepEqual(refusedExtras(error), { buildSecrets: 'No machine can. Take another' })
  assert.deepEqual(refusedExtras(new PlatformError('app_exists', 'There is one')), {})
})

test('a registry that is chosen keeps what was typed of the image', () => {
  const quay = { host: 'quay.io', username: 'ada' }
  assert.equal(targetAt(quay, { pushTo: 'ghcr.io/me/shop:1.2', app: 'shop' }), 'quay.io/me/shop:1.2')
  assert.equal(targetAt(quay, { pushTo: '', app: 'shop' }), 'quay.io/ada/shop:latest')
  assert.equal(targetAt({ ...quay, username: 'AWS' }, { pushTo: '', app: 'shop' }), 'quay.io/shop:latest')
  assert.equal(hostOfTarget('ghcr.io/me/shop:1'), 'ghcr.io')
  assert.equal(hostOfTarget('shop'), undefined)
})
