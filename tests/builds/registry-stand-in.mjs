// What registries do to a build: one gives a small image but slowly, one wants a password, one never answers.
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'

const [slowPort, lockedPort, silentPort] = JSON.parse(process.env.PORTS)
const slowMs = 1_000
const authorization = `Basic ${Buffer.from('ann:secret').toString('base64')}`
const digestOf = (bytes) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

/** A tar with one file. */
function layer() {
  const header = Buffer.alloc(512)
  header.write('hello.txt')
  header.write('0000644\x000000000\x000000000\x0000000000005\x0000000000000\x00        0', 100)
  header.write('ustar\x0000', 257)
  const checksum = header.reduce((sum, byte) => sum + byte, 0)
  header.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, Buffer.from('hello'.padEnd(512, '\0')), Buffer.alloc(1024)])
}

const tar = layer()
const packed = gzipSync(tar)
const config = Buffer.from(
  JSON.stringify({
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
  }),
)
const manifestType = 'application/vnd.docker.distribution.manifest.v2+json'
const describe = (mediaType, bytes) => ({ mediaType, size: bytes.length, digest: digestOf(bytes) })
const manifest = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestType,
    config: describe('application/vnd.docker.container.image.v1+json', config),
    layers: [describe('application/vnd.docker.image.rootfs.diff.tar.gzip', packed)],
  }),
)
const blobs = new Map([config, packed].map((bytes) => [digestOf(bytes), bytes]))

function answer({ url, method }, response) {
  const [, kind, name] = /^\/v2\/base\/(manifests|blobs)\/(.+)$/.exec(url) ?? []
  const bytes = kind === 'manifests' ? manifest : blobs.get(name)
  if (url === '/v2/') return response.end('{}')
  if (!bytes) return response.writeHead(404).end()
  const type = kind === 'manifests' ? manifestType : 'application/octet-stream'
  const headers = { 'content-type': type, 'content-length': bytes.length, 'docker-content-digest': digestOf(bytes) }
  response.writeHead(200, headers).end(method === 'HEAD' ? undefined : bytes)
}

createServer(async (request, response) => {
  await delay(slowMs)
  answer(request, response)
}).listen(slowPort, '127.0.0.1')

createServer((request, response) => {
  if (request.headers.authorization === authorization) return answer(request, response)
  const refusal = { errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] }
  response.writeHead(401, { 'www-authenticate': 'Basic realm="stand-in"', 'content-type': 'application/json' })
  response.end(JSON.stringify(refusal))
}).listen(lockedPort, '127.0.0.1')

createServer((request, response) => {
  if (request.url === '/v2/') response.end('{}')
}).listen(silentPort, '127.0.0.1', () => console.log('ready'))
