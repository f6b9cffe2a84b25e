const { createHash } = require('node:crypto')
const { createServer } = require('node:http')
const { hostname } = require('node:os')

/** What waits here for the next `/next`, from outside. */
const waiting = new Set()

let counted = 0
const server = createServer((request, response) => {
  if (request.url === '/counted' && ++counted % 10 === 0) response.statusCode = 500
  if (request.url === '/events') {
    const send = () => response.write(`data: ${hostname()}\n\n`)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    send()
    waiting.add(send)
    return response.on('close', () => waiting.delete(send))
  }
  if (request.url === '/held') {
    const answer = () => response.end(hostname())
    waiting.add(answer)
    return response.on('close', () => waiting.delete(answer))
  }
  if (request.url === '/waiting') return response.end(`${hostname()} ${waiting.size}`)
  if (request.url === '/next') {
    for (const go of waiting) go()
    return response.end(hostname())
  }
  if (request.url === '/headers') {
    response.setHeader('x-berth-backend', 'forged')
    return response.end(JSON.stringify(request.headers))
  }
  request.resume().on('end', () => response.end(process.env.VERSION))
})

// A WebSocket that answers whatever it is sent with who it is and how often this connection has asked.
server.on('upgrade', (request, socket) => {
  let asked = 0
  socket.write(`${['HTTP/1.1 101 Switching Protocols', ...upgradeHeaders(request)].join('\r\n')}\r\n\r\n`)
  socket.on('data', () => socket.write(textFrame(`${process.env.VERSION} ${hostname()} ${++asked}`)))
  socket.on('error', () => socket.destroy())
})

function upgradeHeaders(request) {
  const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
  const accept = createHash('sha1').update(key).digest('base64')
  return ['Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${accept}`]
}

const textFrame = (text) => Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)])

// Every program takes a while until it listens; some take long.
setTimeout(() => server.listen(3000), Number(process.env.LISTEN_AFTER_MS ?? 0))
process.once('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})
