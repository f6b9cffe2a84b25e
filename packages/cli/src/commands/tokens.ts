import { defineGroup } from '../command.ts'
import { create } from '../tokens/create.ts'
import { ls } from '../tokens/ls.ts'
import { rm } from '../tokens/rm.ts'

export const tokens = defineGroup({
  name: 'tokens',
  summary: 'List, make and remove tokens, with which programs sign in',
  commands: { ls, create, rm },
})
