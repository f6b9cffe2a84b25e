import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pack } from 'tar-stream'

export type Files = Readonly<Record<string, string>>

const dockerfile = `FROM node:26-bookworm-slim
WORKDIR /app
COPY package.json ./
RUN npm install --omit=dev --no-audit --no-fund
COPY . .
USER node
EXPOSE 8080
CMD ["node", "server.js"]
`

/** A small app that says which version it is. */
export const sampleApp = (version: string): Files => ({
  Dockerfile: dockerfile,
  'package.json': JSON.stringify({ name: 'sample', version: '1.0.0', private: true }),
  'server.js': `process.on('SIGTERM', () => process.exit(0))
    require('node:http').createServer((_, answer) => answer.end('${version}')).listen(8080)`,
})

/** Of the kind that installs, compiles and packs: a core for so long. */
export const busyBuild = (seconds: number, seed: string): Files => ({
  Dockerfile: `FROM debian:bookworm-slim\nRUN echo ${seed}; timeout ${seconds} sh -c 'while :; do :; done' || true\n`,
})

export async function archiveOf(files: Files) {
  const archive = pack()
  for (const [name, text] of Object.entries(files)) archive.entry({ name }, text)
  archive.finalize()
  return toUpload(await buffer(archive))
}

const toUpload = (bytes: Buffer) => ({
  stream: Readable.toWeb(Readable.from([bytes])) as ReadableStream<Uint8Array>,
  sizeBytes: bytes.length,
})

/** A tar with one file that nothing can be built from, made while it is sent. */
export function largeArchive(fileBytes: number) {
  const piece = Buffer.alloc(1024 ** 2, 'berth')
  const archive = pack()
  const entry = archive.entry({ name: 'large.bin', size: fileBytes })
  Readable.from(
    (function* () {
      for (let left = fileBytes; left > 0; left -= piece.length)
        yield left < piece.length ? piece.subarray(0, left) : piece
    })(),
  ).pipe(entry)
  entry.once('finish', () => archive.finalize())
  const padded = Math.ceil(fileBytes / 512) * 512
  const stream = Readable.toWeb(Readable.from(archive)) as ReadableStream<Uint8Array>
  return { stream, sizeBytes: 512 + padded + 1024 }
}
