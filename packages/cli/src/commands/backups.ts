import { create } from '../backups/create.ts'
import { ls } from '../backups/ls.ts'
import { defineGroup } from '../command.ts'

export const backups = defineGroup({
  name: 'backups',
  summary: 'List the backups of the cluster, write one now',
  details:
    'Managers write them daily, and before a machine is promoted, demoted or removed. How to come back: ./berth restore.',
  commands: { ls, create },
})
