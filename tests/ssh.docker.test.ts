import { after, before } from 'node:test'
import { interruptionsSuite } from './ssh/interruptions.suite.ts'
import { membersSuite } from './ssh/members.suite.ts'
import { refusalsSuite } from './ssh/refusals.suite.ts'
import { type RemoteCluster, startRemoteCluster } from './ssh/remote-cluster.ts'

let cluster: RemoteCluster
before(async () => {
  cluster = await startRemoteCluster()
})
after(() => cluster?.close())

// In this order: machines that were refused are then added, and in the end removed.
refusalsSuite(() => cluster)
interruptionsSuite(() => cluster)
membersSuite(() => cluster)
