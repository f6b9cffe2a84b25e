// An app whose image holds more than it needs, and which needs some of it where MANUAL names a file.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const startId = randomUUID()
const manual = process.env.MANUAL ? readFileSync(process.env.MANUAL, 'utf8') : 'none'
const answers = {
  '/': () => `${manual} ${process.getuid()} ${process.cwd()} ${process.env.FROM_IMAGE}`,
  '/start': () => startId,
  '/time': () => String(process.hrtime.bigint()),
}

createServer(({ url }, response) => {
  const answer = answers[url]
  response.writeHead(answer ? 200 : 404, { 'content-type': 'text/plain' }).end(answer?.() ?? 'nothing here')
}).listen(8080)
process.once('SIGTERM', () => process.exit(0))
