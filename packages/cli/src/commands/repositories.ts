import { defineGroup } from '../command.ts'
import { add } from '../repositories/add.ts'
import { ls } from '../repositories/ls.ts'
import { rm } from '../repositories/rm.ts'
import { test } from '../repositories/test.ts'

export const repositories = defineGroup({
  name: 'repositories',
  summary: 'Store, try and forget the credentials of private repositories',
  commands: { ls, add, test, rm },
})
