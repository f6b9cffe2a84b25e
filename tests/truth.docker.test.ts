import { after, before } from 'node:test'
import { doorsSuite } from './truth/doors.suite.ts'
import { outagesSuite } from './truth/outages.suite.ts'
import { repairsSuite } from './truth/repairs.suite.ts'
import { startTwoMachines, type TwoMachines } from './truth/two-machines.ts'

let machines: TwoMachines
before(async () => {
  machines = await startTwoMachines()
})
after(() => machines?.close())

outagesSuite(() => machines)
repairsSuite(() => machines)
doorsSuite(() => machines)
