import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseProc } from './haproxy-answers.ts'

test('tells the worker that serves from those that finish, and counts failed reloads', () => {
  const text = `#<PID>          <type>          <reloads>       <uptime>        <version>
1               master          3 [failed: 1]   0d00h00m55s     2.6.12
# workers
42              worker          0               0d00h00m01s     2.6.12
# old workers
31              worker          1               0d00h00m20s     2.6.12
# programs
`
  assert.deepEqual(parseProc(text), { currentPid: 42, failedReloads: 1, oldPids: [31] })
})
