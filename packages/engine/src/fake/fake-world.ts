import type { InstanceState } from '@berth/contract'
import type { DesiredService, ObservedInstance, ObservedMachine } from '../engine.ts'
import { specHashOf } from '../spec-hash.ts'
import type { FakeInstance } from './fake-instance.ts'
import { chooseMachine, whyNowhere } from './fake-placement.ts'
import { scaleSlots } from './fake-slots.ts'

type End = { exitCode: number | null; message: string | null }
type FakeService = { desired: DesiredService; version: number; slots: ReadonlySet<number> }

const ended: readonly InstanceState[] = ['complete', 'failed']
const historyPerSlot = 5

export type FakeWorld = ReturnType<typeof fakeWorld>

/** Services, instances and machines, and the rules by which they change. Deterministic. */
export function fakeWorld({ machines: first, now }: { machines: ObservedMachine[]; now: () => Date }) {
  const services = new Map<string, FakeService>()
  const networks = new Set<string>()
  const foreignServices = new Set<string>()
  const missingImages = new Set<string>()
  const failing = new Map<string, End>()
  const held = new Map<string, string>()
  const machines = [...first]
  let instances: FakeInstance[] = []
  let lastVersion = 10
  let lastInstance = 0

  function put(desired: DesiredService) {
    lastVersion += 1
    const before = services.get(desired.name)
    const slots = scaleSlots(before?.slots ?? new Set(), desired.replicas, instancesOf(desired.name))
    services.set(desired.name, { desired: structuredClone(desired), version: lastVersion, slots })
    const isRestarted = before !== undefined && specHashOf(before.desired) !== specHashOf(desired)
    for (const instance of instancesOf(desired.name)) {
      if (!slots.has(instance.slot) || isRestarted) retire(instance)
    }
    endMisplaced()
    fillSlots()
  }

  function remove(name: string) {
    services.delete(name)
    for (const instance of instancesOf(name)) retire(instance)
  }

  function step() {
    for (const instance of instances) advance(instance)
    instances = instances.filter((instance) => !isForgotten(instance))
    for (const { desired } of services.values()) moveOne(desired)
    fillSlots()
  }

  /** One at a time leaves a machine that its service avoids: it stops when its successor runs. */
  function moveOne(desired: DesiredService) {
    const misplaced = instancesOf(desired.name).find((instance) => instance.isWanted && isMisplaced(instance))
    if (!misplaced) return
    const successor = instancesOf(desired.name).find(
      (other) => other !== misplaced && other.slot === misplaced.slot && other.isWanted,
    )
    if (!successor) instances.push(newInstance(desired, misplaced.slot))
    else if (successor.state === 'running') retire(misplaced)
  }

  const isMisplaced = ({ desired, machineId }: FakeInstance) =>
    machineId !== null && (services.get(desired.name)?.desired.avoids.includes(machineId) ?? false)

  /** On a machine that takes instances, one that may not be there is ended at once; a paused one is left to moveOne. */
  function endMisplaced() {
    const active = new Set(
      machines.filter(({ isSchedulable, isOpened }) => isSchedulable || isOpened).map(({ id }) => id),
    )
    for (const instance of instances) {
      if (ended.includes(instance.state) || !isMisplaced(instance) || !active.has(instance.machineId ?? '')) continue
      finish(instance, { exitCode: null, message: 'assigned node no longer meets constraints' })
    }
  }

  function advance(instance: FakeInstance) {
    switch (instance.state) {
      case 'pending':
        place(instance)
        return
      case 'starting':
        become(instance, 'running')
        return
      case 'running': {
        const end = endOf(instance)
        if (end) finish(instance, end)
        return
      }
      case 'stopping':
        become(instance, 'complete')
        instance.exitCode = 0
    }
  }

  function place(instance: FakeInstance) {
    const { desired } = instance
    const reason = held.get(desired.name)
    const machine = reason === undefined ? chooseMachine(machines, instances, desired) : undefined
    if (!machine) {
      instance.message = reason ?? whyNowhere(machines, desired)
      return
    }
    instance.machineId = machine.id
    instance.message = null
    if (missingImages.has(desired.image)) {
      finish(instance, { exitCode: null, message: `No such image: ${desired.image}` })
    } else {
      become(instance, 'starting')
    }
  }

  function endOf({ desired }: FakeInstance): End | undefined {
    const scripted = failing.get(desired.name)
    if (scripted) return scripted
    const exitCode = /(?:^|\s)exit (\d+)$/.exec(desired.command?.join(' ') ?? '')?.[1]
    if (exitCode === undefined) return undefined
    return { exitCode: Number(exitCode), message: exitCode === '0' ? null : `task: non-zero exit (${exitCode})` }
  }

  function end(instanceId: string, how: End) {
    const instance = instances.find(({ id }) => id === instanceId)
    if (instance) finish(instance, how)
  }

  function finish(instance: FakeInstance, { exitCode, message }: End) {
    become(instance, exitCode === 0 ? 'complete' : 'failed')
    instance.isWanted = false
    instance.exitCode = exitCode
    instance.message = message
  }

  function retire(instance: FakeInstance) {
    if (ended.includes(instance.state)) return
    instance.isWanted = false
    become(instance, instance.state === 'pending' ? 'complete' : 'stopping')
  }

  function fillSlots() {
    for (const { desired, slots } of services.values()) {
      for (const slot of slots) {
        const isFilled = instancesOf(desired.name).some((instance) => instance.slot === slot && instance.isWanted)
        if (!isFilled) instances.push(newInstance(desired, slot))
      }
    }
  }

  function newInstance(desired: DesiredService, slot: number): FakeInstance {
    lastInstance += 1
    const at = now().toISOString()
    return {
      id: `instance-${lastInstance}`,
      desired: structuredClone(desired),
      slot,
      machineId: null,
      state: 'pending',
      isWanted: true,
      message: null,
      exitCode: null,
      createdAt: at,
      since: at,
    }
  }

  /** The engine keeps the last few of each slot, and nothing of a service that is gone or of a slot scaled away. */
  function isForgotten(instance: FakeInstance): boolean {
    if (!ended.includes(instance.state)) return false
    const service = services.get(instance.desired.name)
    if (!service?.slots.has(instance.slot)) return true
    const later = instancesOf(instance.desired.name).filter((other) => other.slot === instance.slot)
    return later.length - later.indexOf(instance) > historyPerSlot
  }

  function setMachines(next: ObservedMachine[]) {
    machines.splice(0, machines.length, ...next)
    const ready = new Set(next.filter(({ isReady }) => isReady).map(({ id }) => id))
    for (const instance of instances) {
      if (instance.machineId === null || ready.has(instance.machineId) || ended.includes(instance.state)) continue
      finish(instance, { exitCode: null, message: 'The machine does not answer' })
    }
    endMisplaced()
    fillSlots()
  }

  /** What ran there stops, and successors start elsewhere. */
  function retireOn(machineId: string) {
    for (const instance of instances.filter((each) => each.machineId === machineId)) retire(instance)
    fillSlots()
  }

  function become(instance: FakeInstance, state: InstanceState) {
    instance.state = state
    instance.since = now().toISOString()
  }

  const instancesOf = (name: string) => instances.filter(({ desired }) => desired.name === name)

  return {
    services,
    networks,
    foreignServices,
    missingImages,
    failing,
    held,
    machines,
    get instances() {
      return instances
    },
    put,
    remove,
    step,
    end,
    setMachines,
    retireOn,
  }
}

export function observedInstance({ desired, ...rest }: FakeInstance): ObservedInstance {
  const number = Number(rest.id.replace('instance-', ''))
  const ip = `10.0.${number >> 8}.${number & 255}`
  return {
    ...rest,
    addresses: rest.machineId === null ? [] : [{ network: desired.network, ip }],
    serviceName: desired.name,
    app: desired.app,
    service: desired.service,
    deploymentId: desired.deploymentId,
    releaseVersion: desired.releaseVersion,
    image: desired.image,
  }
}
