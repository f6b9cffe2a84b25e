import { defineGroup } from '../command.ts'
import { create } from '../projects/create.ts'
import { ls } from '../projects/ls.ts'
import { rm } from '../projects/rm.ts'

export const projects = defineGroup({
  name: 'projects',
  summary: 'List, create and remove projects: apps that belong together, and their members',
  commands: { ls, create, rm },
})
