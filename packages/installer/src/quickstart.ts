import { formatDuration } from '@berth/contract'
import type { InstallerConfig } from './config.ts'
import { ensureSample, sampleName, waitForSample } from './sample/hello-app.ts'
import { stateDir, stateFiles } from './state/state-dir.ts'
import type { StepRunner } from './steps.ts'
import { httpUrl, readSettings, up } from './up.ts'

type Output = { step: StepRunner; print(line: string): void }

/** From nothing to a sample app that a browser can open, and what to try next. */
export async function quickstart(config: InstallerConfig, { step, print }: Output): Promise<void> {
  const startMs = performance.now()
  const { apiUrl, url, bootstrap, isFirstInstall } = await up(config, step)
  const { domain, httpPort } = await readSettings(config, stateDir(config.stateDir))
  const { projectDir, cliConfigPath, environment } = config
  await ensureSample({ projectDir, apiUrl, token: bootstrap.apiToken, cliConfigPath, environment })
  const host = `${sampleName}.${domain}`
  const entrance = { address: new URL(apiUrl).hostname, port: httpPort, host }
  await step(`Open ${httpUrl(host, httpPort)}`, () => waitForSample(entrance))

  const password = isFirstInstall
    ? `${bootstrap.adminPassword}   (for the first time; then you choose your own)`
    : `the one that you chose; the first one is in ${config.stateDir}/${stateFiles.bootstrap}`
  print(`
Ready in ${formatDuration(performance.now() - startMs)}.

  Sample app   ${httpUrl(host, httpPort)}
  Dashboard    ${url}
  Sign in as   ${bootstrap.adminEmail}
  Password     ${password}

Try next:
  ./berth ps ${sampleName}
  ./berth scale ${sampleName} 3
  ./berth deploy --image nginx:stable --port 80 --name shop`)
}
