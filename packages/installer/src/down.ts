import Docker from 'dockerode'
import { standInNames } from './base-images/base-image-names.ts'
import type { InstallerConfig } from './config.ts'
import { machineImage, newerMachineImage } from './machine-containers/machine-options.ts'
import { isEngineOurs, stopOwnEngine } from './prerequisites.ts'
import { applyRemovalStep } from './removal/apply-removal.ts'
import { listFiles, observeRemains } from './removal/observe-remains.ts'
import { describeRemoval, type ObservedRemains, planRemoval, type Removal } from './removal/removal-plan.ts'
import { stateDir } from './state/state-dir.ts'
import type { StepRunner } from './steps.ts'

export type PlannedDown = Removal & { apply(step: StepRunner): Promise<void> }

/** Looks at what there is and decides; nothing changes before `apply`. */
export async function planDown(config: InstallerConfig, options: { withData: boolean }): Promise<PlannedDown> {
  const docker = new Docker({ socketPath: config.dockerSocket })
  const state = stateDir(config.stateDir)
  const removal = planRemoval(await observe(), options)

  async function observe(): Promise<ObservedRemains> {
    const answers = await docker.ping().then(
      () => true,
      () => false,
    )
    if (!answers) return { ...nothing, files: await listFiles(config, state) }
    return observeRemains(docker, config, {
      state,
      isEngineOurs: config.isThisMachine && (await isEngineOurs(state)),
      baseImageNames: [...standInNames, `${machineImage}:latest`, `${newerMachineImage}:latest`],
    })
  }

  async function apply(step: StepRunner): Promise<void> {
    const stopEngine = () => stopOwnEngine(config)
    for (const planned of removal.steps) {
      await step(describeRemoval(planned), ({ progress }) =>
        applyRemovalStep(planned, { docker, stopEngine, report: progress }),
      )
    }
  }

  return { ...removal, apply }
}

/** Where no engine answers there is nothing on it to remove. */
const nothing: ObservedRemains = {
  services: [],
  containers: [],
  machines: [],
  networks: [],
  secrets: [],
  volumes: [],
  imageNames: [],
  swarm: undefined,
  isEngineOurs: false,
  foreignContainers: [],
  files: [],
}
