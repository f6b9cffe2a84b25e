import { after, before } from 'node:test'
import { accessSuite } from './access.suite.ts'
import { deploySuite } from './deploy.suite.ts'
import { failuresSuite } from './failures.suite.ts'
import { type Platform, startPlatform } from './platform.ts'
import { recoverySuite } from './recovery.suite.ts'
import { statisticsSuite } from './statistics.suite.ts'
import { buildTestApp } from './test-app.ts'

let platform: Platform

before(async () => {
  platform = await startPlatform('e2e')
  await buildTestApp(platform.machine)
})
after(() => platform?.remove())

// One platform for all, as making it takes longest; the last suite takes it down.
accessSuite(() => platform) // First: nobody has signed in yet.
deploySuite(() => platform)
failuresSuite(() => platform)
statisticsSuite(() => platform)
recoverySuite(() => platform)
