import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { makeTar } from '../../packages/source/src/archive/test-tar.ts'
import { makeZip } from '../../packages/source/src/archive/test-zip.ts'

export type Files = Readonly<Record<string, string>>

const entriesOf = (files: Files) => Object.entries(files).map(([name, content]) => ({ name, content }))

export const zipOf = (files: Files) => makeZip(entriesOf(files))
export const tarGzOf = (files: Files) => gzipSync(makeTar(entriesOf(files)))

export async function writeFolder(path: string, files: Files): Promise<string> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true })
    await writeFile(join(path, name), content)
  }
  return path
}

const says = (words: string) => `
  require('node:http').createServer((_, answer) => answer.end(${words})).listen(process.env.PORT || 8080)
  process.on('SIGTERM', () => process.exit(0))`

/** With a Dockerfile of its own. */
export const dockerApp: Files = {
  Dockerfile: 'FROM node:26-bookworm-slim\nCOPY server.js /\nEXPOSE 8080\nCMD ["node", "/server.js"]\n',
  'server.js': says("'by its Dockerfile'"),
}

/** Whose Dockerfile Berth writes. */
export const plainApp: Files = {
  'package.json': JSON.stringify({ name: 'plain', scripts: { start: 'node server.js' } }),
  'server.js': says("'by what its files show'"),
}

/** Two services that answer, of which the first asks the second by its name, and one that answers nobody. */
export const severalServices = (version: string): Files => ({
  'config.json': JSON.stringify({
    application: 'several',
    services: [
      { name: 'clock', language: 'node', startCommand: ['node', 'clock.js'] },
      { name: 'greeter', language: 'node', startCommand: 'node greeter.js', port: 8081 },
      {
        ...{ name: 'app-server', language: 'node', startCommand: 'node face.js', port: 8080 },
        environment: { VERSION: version },
      },
    ],
  }),
  'package.json': JSON.stringify({ name: 'several' }),
  'clock.js': 'setInterval(() => {}, 1000)',
  'greeter.js': says(`'greeter ${version}'`),
  'face.js': `
    require('node:http').createServer(async (_, answer) => {
      const greeting = await fetch('http://greeter:8081').then((said) => said.text()).catch((error) => String(error.cause))
      answer.end('face ' + process.env.VERSION + ', ' + greeting)
    }).listen(8080)
    process.on('SIGTERM', () => process.exit(0))`,
})

/** Thirty steps, of which the seventeenth takes its time. */
export const thirtySteps: Files = {
  Dockerfile: [
    'FROM debian:bookworm-slim',
    ...Array.from({ length: 29 }, (_, i) => (i + 2 === 17 ? 'RUN sleep 600' : `RUN echo ${i + 2} > /step`)),
  ].join('\n'),
}

export const running = (...commands: string[]): Files => ({
  Dockerfile: ['FROM debian:bookworm-slim', ...commands.map((command) => `RUN ${command}`), 'CMD ["true"]'].join('\n'),
})

export const basedOn = (image: string): Files => ({ Dockerfile: `FROM ${image}\nCOPY Dockerfile /\n` })

const good = { name: 'index.html', content: 'hi' }
const linkMode = 0o120777

/** What each is refused with. */
export const hostileArchives: readonly [name: string, bytes: () => Buffer, words: RegExp][] = [
  ['climbs.zip', () => makeZip([good, { name: '../../evil' }]), /"\.\.\/\.\.\/evil", which leads out/],
  ['absolute.tar.gz', () => gzipSync(makeTar([good, { name: '/etc/passwd' }])), /"\/etc\/passwd", an absolute path/],
  ['link.zip', () => makeZip([good, { name: 'a', mode: linkMode, content: '../../etc' }]), /a link to .* outside/],
  ['device.tar', () => makeTar([good, { name: 'sda', type: '4' }]), /"sda", .*device|neither a file nor a folder/],
  ['cases.zip', () => makeZip([good, { name: 'INDEX.html' }]), /only in its case/],
  ['truncated.tar.gz', () => gzipSync(makeTar([good])).subarray(0, -20), /broken|cut off|ends? too early|damaged/],
  ['bomb.zip', () => makeZip([good, { name: 'zeros', content: Buffer.alloc(300 * 1024 ** 2) }]), /times/],
]
