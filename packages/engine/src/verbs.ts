import { defineVerb, Image, MachineRole, RegistryCredentials } from '@berth/contract'
import { z } from 'zod'
import { ClusterState, DesiredService, JoinTokens, ResolvedImage, WantedAvailability } from './engine.ts'

const nothing = z.strictObject({})
const fromVersion = z.int()
const named = z.strictObject({ name: z.string() })

/** The Engine, method by method, as a manager's agent answers it: the closed list of what a server can make an engine do. */
export const engineVerbs = {
  observe: defineVerb({ input: nothing, output: ClusterState }),
  createService: defineVerb({ input: z.strictObject({ service: DesiredService }), output: nothing }),
  updateService: defineVerb({
    input: z.strictObject({ service: DesiredService, fromVersion: z.int() }),
    output: nothing,
  }),
  removeService: defineVerb({ input: named, output: nothing }),
  ensureNetwork: defineVerb({ input: named, output: nothing }),
  removeNetwork: defineVerb({ input: named, output: nothing }),
  resolveImage: defineVerb({
    input: z.strictObject({
      image: z.string(),
      publishTo: z.string(),
      /** Of registries outside that the app may use. */
      credentials: z.array(RegistryCredentials).optional(),
    }),
    output: ResolvedImage,
    event: z.string(),
  }),
  signInToRegistry: defineVerb({ input: RegistryCredentials, output: nothing }),
  inspectImage: defineVerb({ input: z.strictObject({ image: z.string() }), output: Image }),
  joinTokens: defineVerb({ input: nothing, output: JoinTokens }),
  rotateJoinTokens: defineVerb({ input: nothing, output: nothing }),
  removeMachine: defineVerb({ input: z.strictObject({ id: z.string(), force: z.boolean() }), output: nothing }),
  setMachineRole: defineVerb({
    input: z.strictObject({ id: z.string(), role: MachineRole, fromVersion }),
    output: nothing,
  }),
  setMachineAvailability: defineVerb({
    input: z.strictObject({ id: z.string(), wanted: WantedAvailability, fromVersion }),
    output: nothing,
  }),
  openMachine: defineVerb({ input: z.strictObject({ id: z.string(), openMs: z.int() }), output: nothing }),
  closeMachine: defineVerb({ input: z.strictObject({ id: z.string() }), output: nothing }),
  setMachineLabels: defineVerb({
    input: z.strictObject({ id: z.string(), labels: z.record(z.string(), z.string()), fromVersion }),
    output: nothing,
  }),
  setHeartbeat: defineVerb({ input: z.strictObject({ heartbeatMs: z.int() }), output: nothing }),
}
