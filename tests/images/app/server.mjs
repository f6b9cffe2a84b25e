// An app that misbehaves as its environment says, for the tests.
import { createServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

const {
  PORT = '8080',
  VERSION = 'v1',
  START_AFTER_MS = '0',
  EXIT_CODE,
  EAT_MEMORY,
  LISTEN_ON = '0.0.0.0',
  ANSWER_MS = '0',
} = process.env
console.log(`starting ${VERSION}`)
if (EXIT_CODE !== undefined) {
  console.error('cannot go on: the configuration is missing')
  process.exit(Number(EXIT_CODE))
}
if (EAT_MEMORY) {
  const eaten = []
  setInterval(() => eaten.push(Buffer.alloc(16 * 1024 ** 2, 1)), 20)
}
await delay(Number(START_AFTER_MS))
const server = createServer(async (request, response) => {
  if (request.url === '/slow') await delay(3_000)
  else await delay(Number(ANSWER_MS))
  const status = request.url === '/unhealthy' ? 500 : 200
  response.writeHead(status, { 'content-type': 'text/plain' })
  response.end(
    request.url === '/env'
      ? JSON.stringify(process.env)
      : request.url === '/headers'
        ? JSON.stringify(request.headers)
        : VERSION,
  )
})
if (PORT !== 'none') server.listen(Number(PORT), LISTEN_ON, () => console.log(`listening on ${PORT}`))
else setInterval(() => {}, 1_000)
process.once('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})
