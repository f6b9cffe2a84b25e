import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type App, type Client, createClient, getApp, PlatformError } from '@berth/contract'
import { probe } from '../readiness/probe.ts'

export const sampleName = 'hello'
const sampleImage = 'nginx:stable'
const pollMs = 500
const settleDeadlineMs = 120_000
const answerDeadlineMs = 30_000

export type SampleContext = {
  projectDir: string
  apiUrl: string
  token: string
  /** For the command, so that it finds the same login as its user will. */
  cliConfigPath: string
  environment: NodeJS.ProcessEnv
}

/** Deploys the sample app unless it is there already, with the command that a person would use. */
export async function ensureSample(context: SampleContext): Promise<void> {
  const client = createClient({ baseUrl: context.apiUrl, token: context.token })
  const app = await settled(client)
  switch (sampleAction(app)) {
    case 'deploy':
      return runBerth(['deploy', '--image', sampleImage, '--port', '80', '--name', sampleName], context)
    case 'restart':
      return runBerth(['restart', sampleName], context)
    case 'start':
      return runBerth(['start', sampleName], context)
    case 'leave':
      return
  }
}

/** An app that serves is right, whatever its owner made of it since. */
export function sampleAction(app: Pick<App, 'state'> | undefined): 'deploy' | 'restart' | 'start' | 'leave' {
  if (!app || app.state === 'empty') return 'deploy'
  if (app.state === 'down') return 'restart'
  return app.state === 'stopped' ? 'start' : 'leave'
}

/** The app once nothing is on its way any more: after a restart of Berth, instances come back by themselves. */
async function settled(client: Client): Promise<App | undefined> {
  const endMs = performance.now() + settleDeadlineMs
  for (;;) {
    const app = await findApp(client)
    if (!app) return undefined
    const isOnItsWay = app.state === 'deploying' || app.state === 'down' || app.deploymentId !== null
    if (!isOnItsWay || performance.now() > endMs) return app
    await sleep(pollMs)
  }
}

async function findApp(client: Client): Promise<App | undefined> {
  try {
    return await client.call(getApp, { params: { app: sampleName } })
  } catch (error) {
    if (error instanceof PlatformError && error.code === 'app_not_found') return undefined
    throw error
  }
}

async function runBerth(argv: string[], { projectDir, cliConfigPath, environment }: SampleContext): Promise<void> {
  const command = spawn(process.execPath, ['--', join(projectDir, 'packages/cli/src/main.ts'), ...argv], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...environment, BERTH_CONFIG: cliConfigPath, BERTH_URL: '', BERTH_TOKEN: '' },
  })
  const [exitCode] = await once(command, 'exit')
  if (exitCode === 0) return
  throw new PlatformError(
    'internal',
    `The sample app did not come up: "berth ${argv.join(' ')}" ended with ${exitCode}`,
    {
      hint: 'Berth itself is up. See ./berth logs hello, and run ./quickstart again to retry.',
    },
  )
}

/** Waits until the sample answers a visitor, through the edge. */
export async function waitForSample(target: { address: string; port: number; host: string }): Promise<void> {
  const endMs = performance.now() + answerDeadlineMs
  for (;;) {
    const answer = await probe({ ...target, path: '/' })
    if (answer && answer.status < 400) return
    if (performance.now() > endMs) {
      const got = answer ? `HTTP ${answer.status}` : 'no answer'
      throw new PlatformError('internal', `http://${target.host}/ does not serve: ${got}`, {
        hint: 'See ./berth ps hello',
      })
    }
    await sleep(pollMs)
  }
}
