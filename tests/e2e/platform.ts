import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import Docker from 'dockerode'
import { exitCode } from '../../packages/cli/src/exit-code.ts'
import { ensureBerthImage } from '../../packages/installer/src/images/berth-image.ts'
import { readBuildContext } from '../../packages/installer/src/images/build-context.ts'
import { createMachine, fillDisk, type Machine, processRunId, removeMachines } from '../machine.ts'
import { lastWords } from './last-words.ts'

const root = join(import.meta.dirname, '../..')

export interface Outcome {
  code: number
  stdout: string
  stderr: string
}

/** Berth, installed on a fresh machine of its own, and used as a person would use it. */
export interface Platform {
  machine: Machine
  /** On what the tests make for it. */
  runId: string
  /** Runs `berth ...` to its end. */
  berth(...argv: string[]): Promise<Outcome>
  /** Runs the installer's `up` or `down`. */
  install(...argv: string[]): Promise<Outcome>
  /** One request to the machine's edge for a host. */
  get(
    host: string,
    path?: string,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: string; headers: Record<string, unknown> }>
  /** As `get`, to the edge of another machine. */
  getFrom(address: string, ...request: Parameters<Platform['get']>): ReturnType<Platform['get']>
  /** Made at install. */
  token(): Promise<string>
  /** As `get`, for the API, with the token made at install unless another is given. */
  api(
    method: string,
    path: string,
    options?: { body?: unknown; token?: string | null; headers?: Record<string, string> },
  ): Promise<{ status: number; body: string; headers: Record<string, unknown> }>
  /** Who may sign in first, and with which password. */
  firstAdmin(): Promise<{ email: string; password: string }>
  /** A machine of this name that is created later shall have the images with which this one began. */
  giveImages(machineName: string): Promise<void>
  /** What `berth` is run with. */
  environment: NodeJS.ProcessEnv
  remove(): Promise<void>
}

const baseImages = ['debian:bookworm-slim', 'node:26-bookworm-slim', 'haproxy:3.2', 'registry:2', 'nginx:stable']

/** `settings` are environment variables of the installer. */
export async function startPlatform(name: string, settings: Record<string, string> = {}): Promise<Platform> {
  const runId = processRunId('e2e')
  // Built once on this computer's engine; that a machine builds its own is the installer's test.
  const { image } = await ensureBerthImage(new Docker(), await readBuildContext(root), () => undefined)
  const images = [...baseImages, image]
  const machine = await createMachine({ name, runId, images })
  const stateDir = mkdtempSync(join(tmpdir(), 'berth-e2e-'))
  const configPath = join(stateDir, 'cli.json')
  const env = {
    ...process.env,
    BERTH_DOCKER_SOCKET: machine.socketPath,
    BERTH_STATE_DIR: join(stateDir, 'state'),
    BERTH_CONFIG: configPath,
    BERTH_ADDRESS: machine.address,
    NO_COLOR: '1',
    ...settings,
  }
  const run = (entry: string, argv: string[]) =>
    new Promise<Outcome>((resolve) => {
      const options = { env, cwd: root, maxBuffer: 64 * 1024 ** 2, timeout: 600_000 }
      execFile(process.execPath, [join(root, entry), ...argv], options, (error, stdout, stderr) => {
        resolve({ code: error ? (typeof error.code === 'number' ? error.code : 255) : 0, stdout, stderr })
      })
    })
  async function berth(...argv: string[]) {
    const outcome = await run('packages/cli/src/main.ts', argv)
    if (outcome.code === exitCode.unavailable) console.error(await lastWords(machine.docker).catch(String))
    return outcome
  }
  const install = (...argv: string[]) => run('packages/installer/src/main.ts', argv)

  async function remove() {
    await removeMachines(runId)
    rmSync(stateDir, { recursive: true, force: true })
  }

  const up = await install('up')
  if (up.code !== 0) {
    await remove()
    throw new Error(`up failed:\n${up.stdout}\n${up.stderr}`)
  }

  const getFrom: Platform['getFrom'] = (address, host, path = '/', headers = {}) =>
    send(address, 'GET', path, { host, ...headers })
  const get: Platform['get'] = (...sent) => getFrom(machine.address, ...sent)
  const api: Platform['api'] = async (method, path, { body, token, headers: more } = {}) => {
    const bearer = token === undefined ? await readToken(configPath) : token
    const headers = {
      host: 'berth.localhost',
      ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...more,
    }
    return send(machine.address, method, path, headers, body === undefined ? undefined : JSON.stringify(body))
  }
  async function firstAdmin() {
    const { adminEmail, adminPassword } = JSON.parse(readFileSync(join(stateDir, 'state/bootstrap.json'), 'utf8'))
    return { email: adminEmail, password: adminPassword }
  }
  const token = () => readToken(configPath)
  const giveImages = (machineName: string) => fillDisk(new Docker(), { name: machineName, runId, images })
  return { machine, runId, berth, install, get, getFrom, token, api, firstAdmin, giveImages, environment: env, remove }
}

async function readToken(configPath: string): Promise<string> {
  const { default: config } = await import(configPath, { with: { type: 'json' } })
  return config.token
}

function send(address: string, method: string, path: string, headers: Record<string, string>, body?: string) {
  return new Promise<{ status: number; body: string; headers: Record<string, unknown> }>((resolve, reject) => {
    const sent = request(
      { host: address, port: 80, method, path, headers, timeout: 30_000, agent: false },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            body: Buffer.concat(chunks).toString('utf8'),
            headers: answer.headers,
          }),
        )
        answer.on('error', reject)
      },
    )
    sent.on('timeout', () => sent.destroy(new Error(`No answer from ${address}${path} in 30 s`)))
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Waits for something to become true; fails with what it was last. */
export async function until<Value>(
  what: string,
  read: () => Promise<Value>,
  isRight: (value: Value) => boolean,
  timeoutMs = 60_000,
): Promise<Value> {
  const deadlineMs = performance.now() + timeoutMs
  for (;;) {
    const value = await read().catch((error: unknown) => error as Value)
    if (!(value instanceof Error) && isRight(value)) return value
    if (performance.now() > deadlineMs)
      throw new Error(`Not within ${timeoutMs} ms: ${what}; last seen: ${JSON.stringify(value) ?? value}`)
    await delay(100)
  }
}
