import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fetch } from './client.ts'
import { patientFetch } from './patient-fetch.ts'

const { signal } = new AbortController()
const edgePage = { 'content-type': 'text/html; charset=utf-8', 'retry-after': '2' }
const away = () => new Response('no server', { status: 503, headers: edgePage })
const busy = () =>
  new Response('{}', { status: 503, headers: { 'content-type': 'application/problem+json', 'retry-after': '2' } })
const done = () => new Response('{}')

/** Gives these answers, the last one for ever, and keeps what it was asked and what was said meanwhile. */
function patient(...answers: (() => Response)[]) {
  const [asked, notes]: [unknown[], string[]] = [[], []]
  const fetch: Fetch = async (_url, { body }) => {
    asked.push(body)
    return (answers[asked.length - 1] ?? answers.at(-1) ?? done)()
  }
  const ask = patientFetch(fetch, { note: (text) => void notes.push(text), wait: async () => undefined })
  return {
    asked,
    notes,
    ask: (body?: string | Blob) => ask('http://berth', { method: 'POST', headers: {}, signal, body }),
  }
}

test('a request that the edge gave to nobody is sent again until the server is back, and that is said once', async () => {
  const { asked, notes, ask } = patient(away, away, done)
  assert.equal((await ask('a body')).status, 200)
  assert.deepEqual(asked, ['a body', 'a body', 'a body'])
  assert.deepEqual(notes, ['Berth is away for a moment; waiting for it ...'])
})

test("the server's own 503 is an answer", async () => {
  const { asked, notes, ask } = patient(busy)
  assert.equal((await ask()).status, 503)
  assert.deepEqual([asked.length, notes.length], [1, 0])
})

test('an upload is not sent again: its bytes are gone', async () => {
  const { asked, ask } = patient(away, done)
  assert.equal((await ask(new Blob(['bytes']))).status, 503)
  assert.equal(asked.length, 1)
})

test('patience ends', async () => {
  const { asked, ask } = patient(away)
  assert.equal((await ask()).status, 503)
  assert.equal(asked.length, 41)
})

test('an interruption ends the wait', async () => {
  const stop = new AbortController()
  const fetch: Fetch = async (_url, { signal: stopped }) => {
    stopped.throwIfAborted()
    return away()
  }
  const ask = patientFetch(fetch, { note: () => stop.abort(new Error('Interrupted')) })
  const asked = ask('http://berth', { method: 'GET', headers: {}, signal: stop.signal })
  await assert.rejects(asked, /Interrupted/)
})
