import { defineGroup } from '../command.ts'
import { ls } from '../members/ls.ts'
import { rm } from '../members/rm.ts'
import { set } from '../members/set.ts'

export const members = defineGroup({
  name: 'members',
  summary: 'Say who has which role in a project',
  details:
    'A reader sees everything but secrets, a developer deploys and sees secrets, an admin also says who is a member. ' +
    'Someone new is invited: berth users invite <email> --project <project>.',
  commands: { ls, set, rm },
})
