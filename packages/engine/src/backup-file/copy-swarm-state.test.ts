import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeCopy } from './copy-swarm-state.ts'

const file = (path: string, sizeBytes = 1, changedAtNs = 1n) => ({ path, sizeBytes, changedAtNs })
const snapshot = file('raft/snap-v3-encrypted/1.snap')
const [first, last] = [file('raft/wal-v3-encrypted/0.wal'), file('raft/wal-v3-encrypted/1.wal')]
const before = [file('docker-state.json'), snapshot, first, last]

test('a copy during which nothing was written is whole', () => {
  assert.equal(judgeCopy(before, [...before]), 'whole')
})

test('a log that only grew at its end is one that the engine can take up', () => {
  assert.equal(judgeCopy(before, before.with(3, { ...last, changedAtNs: 2n })), 'grown')
})

test('files that belong to different moments are no copy', () => {
  assert.equal(judgeCopy(before, [...before, file('raft/wal-v3-encrypted/2.wal')]), 'mixed')
  assert.equal(judgeCopy(before, before.with(1, file('raft/snap-v3-encrypted/2.snap'))), 'mixed')
  assert.equal(judgeCopy(before, before.with(2, { ...first, changedAtNs: 2n })), 'mixed')
  assert.equal(judgeCopy(before, before.with(0, file('docker-state.json', 2))), 'mixed')
})
