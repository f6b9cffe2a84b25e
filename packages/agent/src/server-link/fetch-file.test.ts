import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { type TestContext, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { type ServerFile, serverFilePath } from '@berth/contract'
import { createClusterCa, issueCertificate } from '@berth/identity'
import { fileFetcher } from './fetch-file.ts'

const now = new Date()
const ca = await createClusterCa({ now })
const strangersCa = await createClusterCa({ now })
const issue = (commonName: string, kind: 'server' | 'machine', issuer = ca) =>
  issueCertificate({ ca: issuer, commonName, kind, validMs: 3_600_000, now })
const { certPem: cert, keyPem: key } = await issue('m1', 'machine')
const identity = { ca: ca.certPem, cert, key, name: 'm1' }

const bytes = randomBytes(200_000)
const file: ServerFile = { kind: 'source', id: 'b1' }
const never = new AbortController().signal

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** A server that answers the first request by the first of these, and so on, the last for ever. */
async function setUp(t: TestContext, answers: Answer[], issuer = ca) {
  const { certPem, keyPem } = await issue('berth-server', 'server', issuer)
  const asked: string[] = []
  const tls = { cert: certPem, key: keyPem, ca: ca.certPem, requestCert: true, rejectUnauthorized: true }
  const server = createServer(tls, (request, response) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate()
    asked.push([subject.CN, request.url, request.headers.range].filter(Boolean).join(' '))
    const answer = answers[asked.length - 1] ?? answers.at(-1) ?? assert.fail('no answer')
    answer(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const place = { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, identity }
  const fetchFile = fileFetcher({ server: { place: () => place }, stallMs: 10_000, pauseMs: 0 })
  return { asked, place, fetchFile }
}

const from = ({ headers }: IncomingMessage) => Number(/\d+/.exec(headers.range ?? '0')?.[0])

/** As the server does it, of a file that has so many bytes. */
function begin(request: IncomingMessage, response: ServerResponse, size = bytes.length) {
  const start = from(request)
  const range = { 'content-range': `bytes ${start}-${size - 1}/${size}` }
  response.writeHead(start > 0 ? 206 : 200, { 'content-length': size - start, ...(start > 0 ? range : {}) })
}

const whole: Answer = (request, response) => {
  begin(request, response)
  response.end(bytes.subarray(from(request)))
}

/** Breaks off after so many bytes more. */
const cutAfter =
  (length: number): Answer =>
  (request, response) => {
    begin(request, response)
    response.write(bytes.subarray(from(request), from(request) + length), () => response.destroy())
  }

const path = serverFilePath(file)

test('a file arrives whole, asked for with the certificate of this machine', async (t) => {
  const { asked, fetchFile } = await setUp(t, [whole])
  assert.deepEqual(await buffer(fetchFile(file, never)), bytes)
  assert.deepEqual(asked, [`m1 ${path}`])
})

test('a stream that breaks off is taken up where it was', async (t) => {
  const { asked, fetchFile } = await setUp(t, [cutAfter(50_000), cutAfter(100_000), whole])
  assert.deepEqual(await buffer(fetchFile(file, never)), bytes)
  assert.deepEqual(asked, [`m1 ${path}`, `m1 ${path} bytes=50000-`, `m1 ${path} bytes=150000-`])
})

test('one that breaks off again and again is given up, with the reason and what of it is here', async (t) => {
  const { asked, fetchFile } = await setUp(t, [cutAfter(1_000)])
  await assert.rejects(buffer(fetchFile(file, never)), {
    code: 'engine_unavailable',
    message: /The source did not arrive whole from the server \(.+ of .+\): aborted/,
  })
  assert.equal(asked.length, 4)
})

test('what is another file by now is not put behind the beginning of this one', async (t) => {
  const longer: Answer = (request, response) => {
    begin(request, response, bytes.length + 1)
    response.end(Buffer.alloc(bytes.length + 1 - from(request)))
  }
  const { fetchFile } = await setUp(t, [cutAfter(1_000), longer])
  await assert.rejects(buffer(fetchFile(file, never)), { code: 'engine_unavailable' })
})

test('what the server refuses is told in its words and not asked for again', async (t) => {
  const problem = { code: 'forbidden', detail: 'Build b1 does not run on m1' }
  const refuse: Answer = (_, response) => {
    response.writeHead(403, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem))
  }
  const { asked, fetchFile } = await setUp(t, [refuse])
  await assert.rejects(buffer(fetchFile(file, never)), { code: 'forbidden', message: problem.detail })
  assert.equal(asked.length, 1)
})

test('nothing is asked of a server that is not of this cluster', async (t) => {
  const { asked, fetchFile } = await setUp(t, [whole], strangersCa)
  await assert.rejects(buffer(fetchFile(file, never)), { code: 'engine_unavailable' })
  assert.deepEqual(asked, [])
})

test('a server that sends no more is given up', async (t) => {
  const silent: Answer = (request, response) => {
    begin(request, response)
    response.write(bytes.subarray(from(request), from(request) + 10))
  }
  const { place } = await setUp(t, [silent])
  const fetchFile = fileFetcher({ server: { place: () => place }, stallMs: 30, pauseMs: 0 })
  await assert.rejects(buffer(fetchFile(file, never)), { code: 'engine_unavailable', message: /Nothing came for/ })
})

test('whoever wants it no more ends the stream at once, with their reason', async (t) => {
  const closed = Promise.withResolvers<void>()
  const slow: Answer = (request, response) => {
    begin(request, response)
    response.write(bytes.subarray(0, 10))
    response.once('close', closed.resolve)
  }
  const { asked, fetchFile } = await setUp(t, [slow])
  const stop = new AbortController()
  const pieces = fetchFile(file, stop.signal)
  await pieces.next()
  const next = pieces.next()
  stop.abort(new Error('The build was cancelled'))
  await assert.rejects(next, /The build was cancelled/)
  await closed.promise
  assert.equal(asked.length, 1)
})

test('a disk that is full is not taken for a stream that broke', async (t) => {
  const { asked, fetchFile } = await setUp(t, [whole])
  const full = new Writable({ write: (_piece, _encoding, done) => done(new Error('no space left')) })
  await assert.rejects(pipeline(fetchFile(file, never), full), /no space left/)
  const pieces = fetchFile(file, never)
  await pieces.next()
  await assert.rejects(pieces.throw(new Error('no space left')), /no space left/)
  assert.equal(asked.length, 2)
})
