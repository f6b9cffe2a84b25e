import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseStat } from './haproxy-answers.ts'
import { addCounts, parseWorker, type RequestCounts, type Worker } from './request-counts.ts'

const rows = (...lines: string[]) => parseStat(['# pxname,svname,stot,hrsp_5xx,', ...lines, ''].join('\n'))

/** Plays what one edge said, look after look, and gives the totals after the last. */
function play(...looks: [worker: Worker, ...lines: string[]][]) {
  let counts: RequestCounts | undefined
  for (const [worker, ...lines] of looks) counts = addCounts(counts, { worker, rows: rows(...lines) })
  return Object.fromEntries(counts?.totals ?? [])
}
const first = { pid: 8, uptimeSeconds: 100 }
const second = { pid: 31, uptimeSeconds: 0 }

test('what was there at the first look does not count, what came after does', () => {
  assert.deepEqual(play([first, 'shop,BACKEND,500,7,']), { shop: { requests: 0, errors: 0 } })
  assert.deepEqual(play([first, 'shop,BACKEND,500,7,'], [first, 'shop,BACKEND,520,8,']), {
    shop: { requests: 20, errors: 1 },
  })
})

test('a reload starts the counters anew and loses nothing, also where the new ones are higher than the old', () => {
  const looks: [Worker, string][] = [
    [first, 'shop,BACKEND,5,0,'],
    [first, 'shop,BACKEND,9,1,'],
    [second, 'shop,BACKEND,30,2,'],
    [second, 'shop,BACKEND,31,2,'],
  ]
  assert.deepEqual(play(...looks), { shop: { requests: 4 + 31, errors: 1 + 2 } })
})

test('an edge that starts anew under the same process id is told by its uptime', () => {
  const again = { ...first, uptimeSeconds: 1 }
  assert.deepEqual(play([first, 'shop,BACKEND,5,0,'], [again, 'shop,BACKEND,6,0,']), {
    shop: { requests: 6, errors: 0 },
  })
})

test('a backend that a reload brought counts from its first request', () => {
  const counts = play([first, 'shop,BACKEND,5,0,'], [second, 'shop,BACKEND,0,0,', 'blog,BACKEND,3,1,'])
  assert.deepEqual(counts.blog, { requests: 3, errors: 1 })
})

test('only the sum of a backend is counted, not its servers beside it', () => {
  assert.deepEqual(play([first, 'shop,i1,0,0,', 'shop,BACKEND,0,0,'], [first, 'shop,i1,2,0,', 'shop,BACKEND,2,0,']), {
    shop: { requests: 2, errors: 0 },
  })
})

test('counters that someone cleared count on', () => {
  assert.deepEqual(play([first, 'shop,BACKEND,50,5,'], [first, 'shop,BACKEND,2,0,']), {
    shop: { requests: 2, errors: 0 },
  })
})

test('a backend that is gone is forgotten', () => {
  assert.deepEqual(play([first, 'shop,BACKEND,50,5,'], [second]), {})
})

test('reads which worker answers', () => {
  assert.deepEqual(parseWorker('Name: HAProxy\nPid: 31\nUptime: 0d 0h00m12s\nUptime_sec: 12\n\n# pxname,'), {
    pid: 31,
    uptimeSeconds: 12,
  })
})
