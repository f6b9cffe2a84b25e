import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPush } from './push.ts'
import { findProof } from './signature.ts'
import { pushes, secret, sign } from './test-push.ts'

const read = (headers: Record<string, string>, body: string) => readPush(headers, Buffer.from(body))
const isSigned = (headers: Record<string, string>, body: string) =>
  findProof({ headers, bytes: Buffer.from(body) }, secret) !== undefined

for (const [forge, make] of Object.entries(pushes)) {
  test(`a push is read as ${forge} tells it`, () => {
    const { headers, body } = make()
    const push = read(headers, body)
    assert.deepEqual([push?.kind, push?.deliveryId, push?.repository], ['push', 'd1', 'team/shop'])
    assert.match(push?.pushedBy ?? '', /^ann$/i)
    assert.deepEqual(push?.changes, [
      {
        ref: 'refs/heads/main',
        commit: 'ffac537e6cbbf934b08745a378932722df287a53',
        isGone: false,
        message: 'Sell more',
      },
    ])
  })

  test(`the signature of ${forge} is taken, and that of another secret or body is not`, () => {
    const { headers, body } = make()
    assert.ok(isSigned(headers, body))
    const wrong = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        value.replace(secret, 'wrong').replace(/[0-9a-f]{64}/, sign('other')),
      ]),
    )
    assert.ok(!isSigned(wrong, body))
  })
}

test('a call without a signature is not taken, nor one that shows something else first', () => {
  const { headers, body } = pushes.github()
  assert.ok(!isSigned({}, body))
  assert.ok(!isSigned({ ...headers, 'x-hub-signature-256': '' }, body))
  assert.ok(!isSigned({ 'x-hub-signature-256': 'sha256=00', 'x-berth-token': secret }, body))
  assert.ok(!isSigned({ 'x-hub-signature': `sha1=${'0'.repeat(40)}` }, body))
  assert.ok(isSigned({ 'x-berth-token': secret }, ''))
})

test('what says nothing is a push of the branch that is watched', () => {
  const push = read({ 'x-berth-token': secret }, '')
  assert.deepEqual([push?.kind, push?.changes[0]?.ref, push?.deliveryId], ['push', '', null])
})

test('a form with JSON in it is read, and what is no JSON is not', () => {
  const { body } = pushes.github()
  const form = read(
    { 'content-type': 'application/x-www-form-urlencoded' },
    new URLSearchParams({ payload: body }).toString(),
  )
  assert.equal(form?.changes[0]?.ref, 'refs/heads/main')
  assert.equal(read({}, 'no json'), undefined)
  assert.equal(read({}, '[1]'), undefined)
})

test('a branch that was removed, a tag, a ping and other events are told apart', () => {
  const gone = pushes.github({ deleted: true, after: '0'.repeat(40), head_commit: null })
  assert.deepEqual(read(gone.headers, gone.body)?.changes, [
    { ref: 'refs/heads/main', commit: null, isGone: true, message: null },
  ])
  assert.equal(read({ 'x-github-event': 'ping' }, '{"zen":"x"}')?.kind, 'ping')
  assert.equal(read({ 'x-gitlab-event': 'Tag Push Hook' }, '{"ref":"refs/tags/v1"}')?.changes[0]?.ref, 'refs/tags/v1')
  assert.equal(read({ 'x-github-event': 'issues' }, '{}')?.kind, 'other')
})

test('several branches in one push of Bitbucket, Data Center too, are all read', () => {
  const cloud = {
    push: { changes: [{ new: null, old: { type: 'branch', name: 'old' } }, { new: { type: 'tag', name: 'v1' } }] },
  }
  assert.deepEqual(
    read({ 'x-event-key': 'repo:push' }, JSON.stringify(cloud))?.changes.map(({ ref, isGone }) => [ref, isGone]),
    [
      ['refs/heads/old', true],
      ['refs/tags/v1', false],
    ],
  )
  const own = {
    changes: [{ ref: { id: 'refs/heads/main' }, type: 'UPDATE', toHash: 'abcdef0' }],
    actor: { displayName: 'Ann' },
  }
  const push = read({ 'x-event-key': 'repo:refs_changed' }, JSON.stringify(own))
  assert.deepEqual([push?.changes[0]?.commit, push?.pushedBy], ['abcdef0', 'Ann'])
})

test('what a forge says is one line that is safe to show, and odd parts cost themselves alone', () => {
  const { headers, body } = pushes.github({
    pusher: { name: '\u001b[31mann\u202e' },
    head_commit: { message: 7 },
    after: '../../x',
    repository: 'none',
  })
  const push = read(headers, body)
  assert.deepEqual([push?.pushedBy, push?.repository], ['[31mann', null])
  assert.deepEqual(push?.changes[0], { ref: 'refs/heads/main', commit: null, isGone: false, message: null })
})
