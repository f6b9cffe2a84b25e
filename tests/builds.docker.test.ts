import { after, before } from 'node:test'
import { type BuildCluster, startBuildCluster } from './builds/build-cluster.ts'
import { deploysSuite } from './builds/deploys.suite.ts'
import { failuresSuite } from './builds/failures.suite.ts'
import { interruptionsSuite } from './builds/interruptions.suite.ts'
import { registriesSuite } from './builds/registries.suite.ts'

let cluster: BuildCluster
before(async () => {
  cluster = await startBuildCluster()
})
after(() => cluster?.close())

// The last one lets the machine with the server build as well.
deploysSuite(() => cluster)
failuresSuite(() => cluster)
registriesSuite(() => cluster)
interruptionsSuite(() => cluster)
