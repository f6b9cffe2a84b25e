import { after, before } from 'node:test'
import { answersSuite } from './edge/answers.suite.ts'
import { connectionsSuite } from './edge/connections.suite.ts'
import { figuresSuite } from './edge/figures.suite.ts'
import { type OneEdge, startOneEdge } from './edge/one-edge.ts'
import { registrySuite } from './edge/registry.suite.ts'
import { releasesSuite } from './edge/releases.suite.ts'
import { restartsSuite } from './edge/restarts.suite.ts'

let edge: OneEdge & { close(): Promise<void> }
before(async () => {
  edge = await startOneEdge()
})
after(() => edge?.close())

// One after the other, on the same edge: each goes on with the release that the one before has left.
releasesSuite(() => edge)
connectionsSuite(() => edge)
answersSuite(() => edge)
figuresSuite(() => edge)
registrySuite(() => edge)
restartsSuite(() => edge)
