import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatHostPort } from '@berth/contract'
import Docker from 'dockerode'
import { z } from 'zod'
import { ensureSwarm } from './cluster/ensure-swarm.ts'
import type { InstallerConfig } from './config.ts'
import { ensureBerthImage, publishEdgeImage, publishImage, removeFormerImages } from './images/berth-image.ts'
import { readBuildContext } from './images/build-context.ts'
import { applyInstallStep } from './installation/apply-install.ts'
import { desiredInstallation } from './installation/desired-installation.ts'
import { describeStep, planInstall } from './installation/install-plan.ts'
import { observeInstallation } from './installation/observe-installation.ts'
import { refreshMachines } from './machines/refresh-machines.ts'
import { agentPort, edgeImage, registryImage } from './names.ts'
import { checkMachine } from './preflight/preflight.ts'
import { prepareBaseImages, prepareEngine } from './prerequisites.ts'
import { waitUntilReady } from './readiness/wait-until-ready.ts'
import { type Bootstrap, ensureClusterSecrets } from './state/cluster-secrets.ts'
import { type Settings, type StateDir, stateDir, writePrivateFile } from './state/state-dir.ts'
import type { StepRunner } from './steps.ts'

const readyDeadlineMs = 120_000

export type UpResult = {
  /** What visitors type, such as http://berth.localhost. */
  url: string
  /** The same place for this machine's own programs, which may not know *.localhost. */
  apiUrl: string
  version: string
  image: string
  /** What was missing or different, in words; empty when everything was right. */
  changes: string[]
  isFirstInstall: boolean
  bootstrap: Bootstrap
  durationMs: number
}

/** Installs what is missing, repairs what differs, leaves the rest; done when Berth answers through its edge. */
export async function up(config: InstallerConfig, step: StepRunner): Promise<UpResult> {
  const startMs = performance.now()
  const docker = new Docker({ socketPath: config.dockerSocket })
  const state = stateDir(config.stateDir)
  const { installedAt } = await state.readRecord()
  const settings = await readSettings(config, state)
  const { httpPort, domain } = settings
  const changes: string[] = []
  const part: Part = { docker, config, step, changed: (words) => void changes.push(words) }

  await step('Check this machine', async ({ result }) => {
    const { isThisMachine, databaseUrl } = config
    const warnings = await checkMachine(docker, { httpPort, isThisMachine, databaseUrl })
    if (warnings.length > 0) result(warnings.join('; '))
  })
  changes.push(...(await step('Container engine', (report) => prepareEngine(config, state, report))))
  changes.push(...(await step('Base images', (report) => prepareBaseImages(docker, state, report))))
  const { image, version } = await buildImage(part)
  const { address, bootstrap, caPem } = await install(part, { settings, state, image, version })

  const host = config.isThisMachine ? '127.0.0.1' : address
  const apiUrl = httpUrl(host, httpPort)
  await step('Wait until Berth answers', ({ progress }) =>
    waitUntilReady(
      docker,
      { address: host, port: httpPort, domain },
      { deadlineMs: readyDeadlineMs, report: progress },
    ),
  )
  await step("Keep Berth's images in its registry", async ({ progress }) => {
    await publishImage(docker, image, progress)
    await publishEdgeImage(docker, progress)
  })
  const agents = { domain, httpPort, version, image, edgeImage }
  changes.push(...(await refreshMachines(docker, { agents, server: formatHostPort(address, agentPort), caPem, step })))
  for (const tag of await removeFormerImages(docker, image)) part.changed(`Remove the former image ${tag}`)
  const login = { url: apiUrl, token: bootstrap.apiToken }
  await writePrivateFile(config.cliConfigPath, `${JSON.stringify(login, null, 2)}\n`)
  if (!installedAt) await state.updateRecord({ installedAt: new Date().toISOString() })
  return {
    url: httpUrl(`berth.${domain}`, httpPort),
    apiUrl,
    version,
    image,
    changes,
    isFirstInstall: !installedAt,
    bootstrap,
    durationMs: performance.now() - startMs,
  }
}

type Part = { docker: Docker; config: InstallerConfig; step: StepRunner; changed(words: string): void }

async function buildImage({ docker, config, step, changed }: Part): Promise<{ image: string; version: string }> {
  const context = await readBuildContext(config.projectDir)
  const version = `${await readVersion(config.projectDir)}+${context.hash}`
  const { image, wasBuilt } = await step("Berth's image", async ({ progress, result }) => {
    const ensured = await ensureBerthImage(docker, context, progress)
    result(`${context.hash} ${ensured.wasBuilt ? 'built' : 'is there'}`)
    return ensured
  })
  if (wasBuilt) changed(`Build ${image}`)
  return { image, version }
}

async function install(
  { docker, config, step, changed }: Part,
  { settings, state, image, version }: { settings: Settings; state: StateDir; image: string; version: string },
): Promise<{ address: string; bootstrap: Bootstrap; caPem: string }> {
  const now = new Date()
  const { domain, httpPort } = settings
  const { wasMade, ...observedMachine } = await step('Swarm', async ({ result }) => {
    const ensured = await ensureSwarm(docker, config)
    result(`${ensured.wasMade ? 'made' : 'is there'}, this machine at ${ensured.address}`)
    return ensured
  })
  if (wasMade) changed('Make a swarm of one machine')
  const machine = { ...observedMachine, address: settings.address ?? observedMachine.address }
  const secrets = await ensureClusterSecrets(state, { domain, databaseUrl: config.databaseUrl, now })
  await state.updateRecord({ settings })

  const images = { berth: image, registry: await pinnedImage(docker, registryImage) }
  const desired = desiredInstallation({ machine, secrets, domain, httpPort, version, images })
  const identity = { caPem: secrets.ca.certPem, machine, now }
  for (const planned of planInstall(desired, await observeInstallation(docker, identity))) {
    const title = describeStep(planned)
    await step(title, () => applyInstallStep(planned, { docker, ca: secrets.ca, machine, now }))
    changed(title)
  }
  return { address: machine.address, bootstrap: secrets.bootstrap, caPem: secrets.ca.certPem }
}

/** What is said now, or else what was said at the last install. */
export async function readSettings(config: InstallerConfig, state: StateDir): Promise<Settings> {
  const { settings: former } = await state.readRecord()
  return {
    domain: config.domain ?? former?.domain ?? 'localhost',
    httpPort: config.httpPort ?? former?.httpPort ?? 80,
    address: config.address ?? former?.address,
  }
}

/** A name that the engine does not ask a registry about each time an instance starts: with digest, or the id. */
async function pinnedImage(docker: Docker, name: string): Promise<string> {
  const { RepoDigests, Id } = await docker.getImage(name).inspect()
  return RepoDigests?.[0] ?? Id
}

export const httpUrl = (host: string, port: number) => `http://${host}${port === 80 ? '' : `:${port}`}`

const Manifest = z.object({ version: z.string() })

async function readVersion(projectDir: string): Promise<string> {
  return Manifest.parse(JSON.parse(await readFile(join(projectDir, 'package.json'), 'utf8'))).version
}
