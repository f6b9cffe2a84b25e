import { defineGroup } from '../command.ts'
import { ls } from '../invitations/ls.ts'
import { rm } from '../invitations/rm.ts'

export const invitations = defineGroup({
  name: 'invitations',
  summary: 'List invitations that nobody used yet, and take them back',
  details: 'To invite someone: berth users invite <email>.',
  commands: { ls, rm },
})
