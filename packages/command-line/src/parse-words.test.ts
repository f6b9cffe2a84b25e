import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import type { Declaration } from './declaration.ts'
import { parseWords } from './parse-words.ts'

const sail: Declaration = {
  usage: 'ships sail <ship> [ports...] [options] [-- orders...]',
  summary: 'Send a ship out',
  options: { '--with <flag>': 'what it flies', '--at-night': 'without lights' },
  repeatable: ['with'],
  rest: 'orders',
  examples: ['berth ships sail anna'],
  args: z.strictObject({
    ship: z.string().min(2, 'use two letters at least'),
    ports: z.array(z.string()),
    with: z.array(z.string()).optional(),
    atNight: z.boolean().optional(),
    orders: z.array(z.string()).optional(),
  }),
}

test('what comes after -- is left as it is, and an option that may be repeated collects', () => {
  const words = ['anna', 'oslo', 'riga', '--with', 'a', '--with', 'b', '--', '--at-night', 'x']
  const args = { ship: 'anna', ports: ['oslo', 'riga'], with: ['a', 'b'], orders: ['--at-night', 'x'] }
  assert.deepEqual(parseWords(sail, words), { args })
})

test('a value that the schema refuses is told by its operand', () => {
  assert.throws(() => parseWords(sail, ['a']), { code: 'invalid_request', message: 'ship: use two letters at least' })
})

test('help shows how it is written, what it does, and its examples last', () => {
  const parsed = parseWords(sail, ['--help'])
  assert.ok('help' in parsed)
  assert.match(parsed.help, /^Usage: berth ships sail <ship> \[ports\.\.\.\] \[options\] \[-- orders\.\.\.\]\n\nSend/)
  assert.match(parsed.help, /\n\nExamples:\n {2}berth ships sail anna$/)
})
