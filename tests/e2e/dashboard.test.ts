import { after, before } from 'node:test'
import { dashboardSuite } from '../browser/dashboard.suite.ts'
import { type Platform, startPlatform } from './platform.ts'
import { buildTestApp } from './test-app.ts'

let platform: Platform

before(async () => {
  platform = await startPlatform('dashboard')
  await buildTestApp(platform.machine)
})
after(() => platform?.remove())

// On a platform of its own, since it runs alone: the others need not wait for it.
dashboardSuite(() => platform)
