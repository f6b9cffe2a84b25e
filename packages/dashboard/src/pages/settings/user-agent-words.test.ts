import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeUserAgent } from './user-agent-words.ts'

const agents: [string | null, string][] = [
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
    'Chrome 142 on Linux',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0',
    'Edge 142 on Windows',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1',
    'Safari 19 on iPhone',
  ],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0', 'Firefox 145 on macOS'],
  ['curl/8.14.1', 'curl 8'],
  ['my own program', 'my own program'],
  [null, 'A browser that does not say what it is'],
  [' ', 'A browser that does not say what it is'],
]

for (const [userAgent, words] of agents)
  test(`${userAgent?.slice(0, 40)} is ${words}`, () => assert.equal(describeUserAgent(userAgent), words))

test('what is not recognised is cut where it gets long', () => {
  assert.equal(describeUserAgent('x'.repeat(500)).length, 82)
})
