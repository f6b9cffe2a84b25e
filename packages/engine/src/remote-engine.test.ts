import { type Channel, openChannel } from '@berth/contract'
import { describeEngine } from './engine.suite.ts'
import { fakeEngineWorld } from './fake/fake-engine-world.ts'
import { engineHandlers, remoteEngine } from './remote-engine.ts'
import { engineVerbs } from './verbs.ts'

describeEngine('an engine that is far away', async () => {
  const world = fakeEngineWorld()
  const onError = (error: unknown) => {
    throw error
  }
  const agentEnd: Channel<Record<never, never>> = openChannel({
    ours: engineVerbs,
    handlers: engineHandlers(world.engine),
    theirs: {},
    send: async (text) => queueMicrotask(() => serverEnd.receive(text)),
    onError,
  })
  const serverEnd: Channel<typeof engineVerbs> = openChannel({
    ours: {},
    handlers: {},
    theirs: engineVerbs,
    send: async (text) => queueMicrotask(() => agentEnd.receive(text)),
    onError,
  })
  return { ...world, engine: remoteEngine(() => serverEnd), close: async () => serverEnd.close('the test is over') }
})
