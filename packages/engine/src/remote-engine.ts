import type { Channel, VerbHandlers } from '@berth/contract'
import type { Engine } from './engine.ts'
import type { engineVerbs } from './verbs.ts'

/** An Engine whose every call goes to an agent. `channel` is asked anew each time: agents come and go. */
export function remoteEngine(channel: () => Channel<typeof engineVerbs>): Engine {
  return {
    observe: (signal) => channel().call('observe', {}, { signal }),
    createService: async (service, signal) => void (await channel().call('createService', { service }, { signal })),
    updateService: async (service, fromVersion, signal) =>
      void (await channel().call('updateService', { service, fromVersion }, { signal })),
    removeService: async (name, signal) => void (await channel().call('removeService', { name }, { signal })),
    ensureNetwork: async (name, signal) => void (await channel().call('ensureNetwork', { name }, { signal })),
    removeNetwork: async (name, signal) => void (await channel().call('removeNetwork', { name }, { signal })),
    resolveImage: ({ credentials, ...request }, { signal, onProgress } = {}) =>
      channel().call(
        'resolveImage',
        { ...request, ...(credentials ? { credentials: [...credentials] } : {}) },
        { signal, onEvent: onProgress },
      ),
    signInToRegistry: async (credentials, signal) =>
      void (await channel().call('signInToRegistry', credentials, { signal })),
    inspectImage: (image, signal) => channel().call('inspectImage', { image }, { signal }),
    joinTokens: (signal) => channel().call('joinTokens', {}, { signal }),
    rotateJoinTokens: async (signal) => void (await channel().call('rotateJoinTokens', {}, { signal })),
    removeMachine: async (id, { force = false, signal } = {}) =>
      void (await channel().call('removeMachine', { id, force }, { signal })),
    setMachineRole: async (id, role, fromVersion, signal) =>
      void (await channel().call('setMachineRole', { id, role, fromVersion }, { signal })),
    setMachineAvailability: async (id, wanted, fromVersion, signal) =>
      void (await channel().call('setMachineAvailability', { id, wanted, fromVersion }, { signal })),
    openMachine: async (id, openMs, signal) => void (await channel().call('openMachine', { id, openMs }, { signal })),
    closeMachine: async (id, signal) => void (await channel().call('closeMachine', { id }, { signal })),
    setMachineLabels: async (id, labels, fromVersion, signal) =>
      void (await channel().call('setMachineLabels', { id, labels: { ...labels }, fromVersion }, { signal })),
    setHeartbeat: async (heartbeatMs, signal) =>
      void (await channel().call('setHeartbeat', { heartbeatMs }, { signal })),
  }
}

/** The other end: answers those calls with a local Engine. */
export function engineHandlers(engine: Engine): VerbHandlers<typeof engineVerbs> {
  const done = async (work: Promise<void>) => {
    await work
    return {}
  }
  return {
    observe: (_, { signal }) => engine.observe(signal),
    createService: ({ service }, { signal }) => done(engine.createService(service, signal)),
    updateService: ({ service, fromVersion }, { signal }) => done(engine.updateService(service, fromVersion, signal)),
    removeService: ({ name }, { signal }) => done(engine.removeService(name, signal)),
    ensureNetwork: ({ name }, { signal }) => done(engine.ensureNetwork(name, signal)),
    removeNetwork: ({ name }, { signal }) => done(engine.removeNetwork(name, signal)),
    resolveImage: (request, { signal, emit }) =>
      engine.resolveImage(request, { signal, onProgress: (progress) => void emit(progress) }),
    signInToRegistry: (credentials, { signal }) => done(engine.signInToRegistry(credentials, signal)),
    inspectImage: ({ image }, { signal }) => engine.inspectImage(image, signal),
    joinTokens: (_, { signal }) => engine.joinTokens(signal),
    rotateJoinTokens: (_, { signal }) => done(engine.rotateJoinTokens(signal)),
    removeMachine: ({ id, force }, { signal }) => done(engine.removeMachine(id, { force, signal })),
    setMachineRole: ({ id, role, fromVersion }, { signal }) =>
      done(engine.setMachineRole(id, role, fromVersion, signal)),
    setMachineAvailability: ({ id, wanted, fromVersion }, { signal }) =>
      done(engine.setMachineAvailability(id, wanted, fromVersion, signal)),
    openMachine: ({ id, openMs }, { signal }) => done(engine.openMachine(id, openMs, signal)),
    closeMachine: ({ id }, { signal }) => done(engine.closeMachine(id, signal)),
    setMachineLabels: ({ id, labels, fromVersion }, { signal }) =>
      done(engine.setMachineLabels(id, labels, fromVersion, signal)),
    setHeartbeat: ({ heartbeatMs }, { signal }) => done(engine.setHeartbeat(heartbeatMs, signal)),
  }
}
