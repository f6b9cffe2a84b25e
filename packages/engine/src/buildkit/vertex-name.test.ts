import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readVertexName } from './vertex-name.ts'

for (const [name, heading, title] of [
  ['[2/5] RUN make', '[2/5] RUN make', 'RUN make'],
  ['[ 2/12] RUN make', '[2/12] RUN make', 'RUN make'],
  ['[build  2/12] RUN make', '[build 2/12] RUN make', 'RUN make'],
  ['[build 2/5] RUN make', '[build 2/5] RUN make', 'RUN make'],
  ['[stage-1 2/5] RUN make', '[2/5] RUN make', 'RUN make'],
  ['[1/2] FROM docker.io/library/node:26', '[1/2] FROM node:26', 'FROM node:26'],
  [
    `[1/2] FROM ghcr.io/team/app:1@sha256:${'a'.repeat(64)}`,
    '[1/2] FROM ghcr.io/team/app:1',
    'FROM ghcr.io/team/app:1',
  ],
  ['[internal] load metadata for docker.io/library/node:26', '', 'FROM node:26'],
  ['[internal] load remote build context', '[internal] load remote build context', undefined],
  ['exporting to image', 'exporting to image', undefined],
] as const) {
  test(`"${name.slice(0, 60)}" is ${title ?? 'no instruction'}`, () => {
    assert.deepEqual(readVertexName(name), { heading, title })
  })
}
