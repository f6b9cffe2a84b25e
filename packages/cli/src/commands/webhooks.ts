import { defineGroup } from '../command.ts'
import { add } from '../webhooks/add.ts'
import { deliveries } from '../webhooks/deliveries.ts'
import { ls } from '../webhooks/ls.ts'
import { rm } from '../webhooks/rm.ts'

export const webhooks = defineGroup({
  name: 'webhooks',
  summary: 'Build and deploy an app whenever its repository is pushed to',
  commands: { ls, add, deliveries, rm },
})
