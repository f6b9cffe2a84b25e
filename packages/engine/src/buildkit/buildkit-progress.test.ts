import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildkitProgress } from './buildkit-progress.ts'
import type { Vertex } from './status-message.ts'

const vertex = (digest: string, name: string, change: Partial<Vertex> = {}): Vertex => ({
  ...{ digest, name, isCached: false, startedAtMs: 1_000, completedAtMs: null, error: '' },
  ...change,
})
const log = (vertex: string, text: string) => ({ vertex, bytes: Buffer.from(text) })
const status = (vertexes: Vertex[], logs: { vertex: string; bytes: Buffer }[] = []) => ({
  vertexes,
  logs,
  statuses: [],
})

test('each instruction is a step with its times, and what the builder does beside them is none', () => {
  const progress = buildkitProgress()
  progress.add(status([vertex('i', '[internal] load remote build context'), vertex('a', '[1/2] RUN make')]))
  progress.add(status([vertex('a', '[1/2] RUN make', { completedAtMs: 3_000 })]))
  assert.deepEqual(progress.steps(), [
    {
      ...{ title: 'RUN make', state: 'done', isCached: false },
      ...{ startedAt: '1970-01-01T00:00:01.000Z', finishedAt: '1970-01-01T00:00:03.000Z' },
    },
  ])
})

test('one that was only planned is no step yet', () => {
  const progress = buildkitProgress()
  progress.add(status([vertex('a', '[build 2/5] RUN make', { startedAtMs: null })]))
  assert.deepEqual(progress.steps(), [])
})

test('a cached instruction says so', () => {
  const progress = buildkitProgress()
  const { lines } = progress.add(status([vertex('a', '[1/2] RUN make', { isCached: true, completedAtMs: 1_000 })]))
  assert.deepEqual(lines, ['[1/2] RUN make', 'cached'])
  assert.deepEqual([progress.steps()[0]?.isCached, progress.steps()[0]?.state], [true, 'done'])
})

test('lines of instructions that run side by side come under their headings', () => {
  const progress = buildkitProgress()
  const begun = progress.add(status([vertex('a', '[a 1/2] RUN one'), vertex('b', '[b 1/2] RUN two')]))
  assert.deepEqual(begun.lines, ['[a 1/2] RUN one', '[b 1/2] RUN two'])
  const { lines } = progress.add(status([], [log('b', 'from b\n'), log('a', 'from a\nagain\n')]))
  assert.deepEqual(lines, ['from b', '[a 1/2] RUN one', 'from a', 'again'])
})

test('a line and a letter that come in pieces are whole', () => {
  const progress = buildkitProgress()
  progress.add(status([vertex('a', '[1/1] RUN make')]))
  const [first, second] = [Buffer.from('grü\n').subarray(0, 3), Buffer.from('grü\n').subarray(3)]
  assert.deepEqual(progress.add(status([], [{ vertex: 'a', bytes: first }])).lines, [])
  assert.deepEqual(progress.add(status([], [{ vertex: 'a', bytes: second }])).lines, ['grü'])
})

test('what an instruction wrote last is told before its end, also without a line end', () => {
  const progress = buildkitProgress()
  progress.add(status([vertex('a', '[1/1] RUN make')]))
  const ended = vertex('a', '[1/1] RUN make', { completedAtMs: 2_000, error: 'exit code: 1' })
  assert.deepEqual(progress.add(status([ended], [log('a', 'why')])).lines, ['why'])
  assert.equal(progress.steps()[0]?.state, 'failed')
})

test('at the end nothing runs any more', () => {
  const progress = buildkitProgress()
  progress.add(status([vertex('a', '[1/1] RUN make')]))
  assert.equal(progress.end(9_000).hasNewSteps, true)
  assert.equal(progress.steps()[0]?.state, 'failed')
})

test('to ask for a base image and to fetch it are one step', () => {
  const progress = buildkitProgress()
  const name = '[internal] load metadata for docker.io/library/debian:12'
  const asked = progress.add(status([vertex('m', name)]))
  assert.deepEqual([asked.lines, progress.steps().map(({ title }) => title)], [[], ['FROM debian:12']])
  progress.add(status([vertex('m', name, { completedAtMs: 2_000 })]))
  progress.add(status([vertex('f', '[1/2] FROM docker.io/library/debian:12', { startedAtMs: 3_000 })]))
  assert.deepEqual(
    progress.steps().map(({ state, startedAt }) => [state, startedAt]),
    [['running', '1970-01-01T00:00:01.000Z']],
  )
})

test('a command that could begin no more processes is told from others', () => {
  const progress = buildkitProgress()
  progress.add(status([vertex('a', '[1/1] RUN forks')]))
  progress.add(status([], [log('a', '/bin/sh: 0: Cannot fork\n')]))
  assert.equal(progress.hasNoProcessLeft(), false, 'it may go on')
  progress.add(status([vertex('a', '[1/1] RUN forks', { completedAtMs: 2_000, error: 'exit code: 2' })]))
  assert.equal(progress.hasNoProcessLeft(), true)
})
