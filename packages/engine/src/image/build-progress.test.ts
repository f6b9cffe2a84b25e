import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildProgress } from './build-progress.ts'

const at = '2030-01-02T03:04:05.000Z'
const start = () => buildProgress(() => at)
const say = (progress: ReturnType<typeof buildProgress>, ...texts: string[]) =>
  texts.flatMap((stream) => progress.add({ stream }).lines)

test('each instruction is a step, done when the next one begins', () => {
  const progress = start()
  say(progress, 'Step 1/2 : FROM debian', '\n', ' ---> 5e6dd4aaa072\n', 'Step 2/2 : RUN make', '\n')
  assert.deepEqual(
    progress.steps().map(({ title, state, isCached }) => [title, state, isCached]),
    [
      ['FROM debian', 'done', false],
      ['RUN make', 'running', false],
    ],
  )
  progress.end()
  assert.equal(progress.steps().at(-1)?.state, 'done')
})

test('a step that was taken from the cache says so', () => {
  const progress = start()
  const lines = say(progress, 'Step 1/1 : RUN make\n', ' ---> Using cache\n')
  assert.equal(progress.steps()[0]?.isCached, true)
  assert.deepEqual(lines, ['[1/1] RUN make', 'cached'])
})

test('the labels that Berth adds are no step of the Dockerfile', () => {
  const progress = buildProgress(() => at, 1)
  const lines = say(
    progress,
    'Step 1/2 : FROM debian\n',
    'Step 2/2 : LABEL berth.app=shop\n',
    ' ---> Running in 9cc0f6197be4\n',
  )
  assert.deepEqual(
    progress.steps().map(({ title, state }) => [title, state]),
    [['FROM debian', 'done']],
  )
  assert.deepEqual(lines, ['[1/1] FROM debian'])
})

test('a line that comes in pieces is one line, and ids of layers are none', () => {
  const progress = start()
  assert.deepEqual(say(progress, 'compi', 'ling\nlin', 'king\n', ' ---> 5e6dd4aaa072\n', 'rest'), [
    'compiling',
    'linking',
  ])
  assert.deepEqual(progress.end().lines, ['rest'])
})

test('the container of an instruction is told, so that it can be held to limits', () => {
  assert.equal(start().add({ stream: ' ---> Running in 9cc0f6197be4\n' }).containerId, '9cc0f6197be4')
})

test('what failed is the step that ran, with its exit code', () => {
  const progress = start()
  say(progress, 'Step 1/1 : RUN false\n')
  progress.add({ errorDetail: { code: 1, message: 'returned a non-zero code: 1' }, error: 'x' })
  assert.equal(progress.steps()[0]?.state, 'failed')
  assert.deepEqual(progress.failure(), { message: 'returned a non-zero code: 1', exitCode: 1 })
})

test('the image is the last one that was named', () => {
  const progress = start()
  progress.add({ aux: { ID: 'sha256:aa' } })
  assert.equal(progress.imageId(), 'sha256:aa')
})

test('only what a build makes itself is told as its own: no base image, and nothing from the cache', () => {
  const progress = start()
  const lines = ['FROM debian', 'RUN a', 'RUN b', 'LABEL berth.app=shop'].flatMap((title, i) => [
    `Step ${i + 1}/4 : ${title}\n`,
    ...(title === 'RUN a' ? [' ---> Using cache\n'] : []),
    ` ---> ${String(i).repeat(12)}\n`,
  ])
  const made = lines.flatMap((stream) => progress.add({ stream }).layerId ?? [])
  assert.deepEqual(made, ['2'.repeat(12), '3'.repeat(12)])
})

test('a command that could start no more processes is told from one that failed', () => {
  const progress = start()
  say(progress, 'Step 1/1 : RUN make\n', 'sh: 1: Cannot fork\n')
  progress.add({ errorDetail: { code: 2, message: 'returned a non-zero code: 2' } })
  assert.equal(progress.failure()?.hasNoProcessLeft, true)
})

test('the images that steps end in are told, also those of the labels that Berth adds', () => {
  const texts = [
    'Step 1/2 : RUN make\n',
    ' ---> 5e6dd4aaa072\n',
    'Step 2/2 : LABEL berth.app=shop\n',
    ' ---> 9cc0f6197be4\n',
  ]
  const progress = start()
  assert.deepEqual(
    texts.flatMap((stream) => progress.add({ stream }).imageIds),
    ['5e6dd4aaa072', '9cc0f6197be4'],
  )
})

test('that the last instruction is done is told when the labels of Berth begin', () => {
  const progress = start()
  say(progress, 'Step 1/2 : CMD ["true"]\n')
  const { hasNewSteps } = progress.add({ stream: 'Step 2/2 : LABEL berth.app=shop\n' })
  assert.deepEqual([hasNewSteps, progress.steps().map(({ state }) => state)], [true, ['done']])
})
