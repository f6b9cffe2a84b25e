import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MachineReachability, PlatformError } from '@berth/contract'
import { describeReached, tryFromOthers } from './try-from-others.ts'

const reached: MachineReachability = { machine: 'w3', isReached: true, others: 0, tries: [] }
const fine = { troubles: [], isOthersOwn: false }

test('who tried is said, and that it was a sample', () => {
  assert.match(describeReached(reached), /no other one/)
  assert.equal(
    describeReached({ ...reached, others: 1, tries: [{ machine: 'm1', ...fine }] }),
    '1 machine reaches it, and it them',
  )
  const tries = Array.from({ length: 20 }, (_, index) => ({ machine: `w${index}`, ...fine }))
  assert.match(describeReached({ ...reached, others: 999, tries }), /^20 machines reach it, .* \(a sample of 999\)$/)
})

test('a trouble of another machine is told and is in nobody’s way', async () => {
  const ailing = { machine: 'w2', troubles: ['w2 cannot reach w3: udp 4789 is closed'], isOthersOwn: true }
  const found = { ...reached, others: 2, tries: [{ machine: 'm1', ...fine }, ailing] }
  assert.match(
    await tryFromOthers({ tryFromOthers: async () => found }),
    /^1 machine .*own trouble: w2 cannot reach w3/,
  )
})

test('what is closed to the new machine fails it, with all of it by name', async () => {
  const cutOff = { machine: 'w2', troubles: ['w2 cannot reach w3: udp 4789 is closed'], isOthersOwn: false }
  const found = { ...reached, isReached: false, others: 1, tries: [cutOff] }
  await assert.rejects(tryFromOthers({ tryFromOthers: async () => found }), /^PlatformError: w2 cannot reach w3/)
})

test('a machine that the server hears of a moment later is waited for', async () => {
  const answers: (MachineReachability | PlatformError)[] = [new PlatformError('engine_unavailable', 'not yet'), reached]
  const asked = async () => {
    const answer = answers.shift()
    if (answer instanceof PlatformError || !answer) throw answer
    return answer
  }
  assert.match(await tryFromOthers({ tryFromOthers: asked }), /no other one/)
})
