import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const somebody = { NAME: 'A', EMAIL: 'a@example.org', DATE: '2026-01-01T00:00:00Z' }
const env = {
  PATH: process.env.PATH,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  ...Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((who) =>
      Object.entries(somebody).map(([what, value]) => [`GIT_${who}_${what}`, value]),
    ),
  ),
}

/** What is made is gone after it: a test, or all of a file. */
type Ends = { after(end: () => void): void }

export function makeFolder(t: Ends): string {
  const folder = mkdtempSync(join(tmpdir(), 'berth-repository-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A bare repository `shop.git` in a folder of its own, and a work tree that pushes to it. */
export async function makeRepository(t: Ends) {
  const root = makeFolder(t)
  const [bare, work] = [join(root, 'shop.git'), join(makeFolder(t), 'work')]
  const git = async (...args: string[]) => (await run('git', ['-C', work, ...args], { env })).stdout.trim()
  await run('git', ['init', '-q', '--bare', '-b', 'main', bare], { env })
  await run('git', ['init', '-q', '-b', 'main', work], { env })
  return {
    root,
    git,
    url: `file://${bare}`,
    /** Makes a commit of some more files, pushes the branch and answers with the commit. */
    async commit(files: Record<string, string | Buffer | { link: string }>, branch = 'main'): Promise<string> {
      for (const [path, content] of Object.entries(files)) writeEntry(join(work, path), content)
      await git('add', '--all', '--force')
      await git('commit', '-q', '--allow-empty', '-m', 'x')
      await git('push', '-q', bare, `HEAD:refs/heads/${branch}`)
      return git('rev-parse', 'HEAD')
    },
    /** A tree as `ls-tree` shows one, also one that git itself would not make of files. */
    async makeTree(lines: string): Promise<string> {
      const made = run('git', ['-C', work, 'mktree'], { env })
      made.child.stdin?.end(`${lines}\n`)
      return (await made).stdout.trim()
    },
    push: (...refs: string[]) => git('push', '-q', bare, ...refs),
  }
}

function writeEntry(path: string, content: string | Buffer | { link: string }): void {
  mkdirSync(dirname(path), { recursive: true })
  if (typeof content === 'object' && 'link' in content) symlinkSync(content.link, path)
  else writeFileSync(path, content)
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** Answers until the test ends, on loopback unless another address of this host is given. */
export async function serve(t: Ends, answer: Answer, address = '127.0.0.1'): Promise<string> {
  const server = createServer(answer)
  server.listen(0, address)
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://${address}:${(server.address() as AddressInfo).port}`
}

/** Git's own server program for smart HTTP, over the repositories in a folder. */
export const smartHttp =
  (root: string): Answer =>
  (request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://localhost')
    const backend = spawn('git', ['http-backend'], {
      env: {
        ...env,
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: pathname,
        QUERY_STRING: search.slice(1),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    backend.stdin.on('error', () => {})
    request.pipe(backend.stdin)
    response.on('close', () => backend.kill())
    void answerAsCgi(backend.stdout, response)
  }

async function answerAsCgi(output: AsyncIterable<Buffer>, response: ServerResponse): Promise<void> {
  let head: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of output) {
    if (!head) {
      response.write(chunk)
      continue
    }
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    if (end === -1) continue
    for (const line of head.toString('latin1', 0, end).split('\r\n')) {
      const [name = '', value = ''] = line.split(/: (.*)/)
      if (name === 'Status') response.statusCode = Number.parseInt(value, 10)
      else response.setHeader(name, value)
    }
    response.write(head.subarray(end + 4))
    head = undefined
  }
  response.end()
}
