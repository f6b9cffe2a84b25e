import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instanceIdLabel } from '../labels.ts'
import { endReader } from './instance-events.ts'

const event = (action: string, attributes: Record<string, string>) =>
  `${JSON.stringify({ Type: 'container', Action: action, Actor: { ID: 'c', Attributes: attributes } })}\n`

test('reads which instances ended, out of lines that come in pieces', () => {
  const read = endReader()
  const text = event('start', { [instanceIdLabel]: 'a' }) + event('die', { [instanceIdLabel]: 'b', exitCode: '137' })
  assert.deepEqual(read(text.slice(0, 150)), [])
  assert.deepEqual(read(text.slice(150)), ['b'])
  assert.deepEqual(read(event('die', { name: '"die"' })), [], 'It is no instance')
  assert.deepEqual(read(event('health_status', { [instanceIdLabel]: 'c', name: '"die"' })), [])
  assert.deepEqual(read(event('die', { [instanceIdLabel]: 'd' }) + event('die', { [instanceIdLabel]: 'e' })), [
    'd',
    'e',
  ])
})
