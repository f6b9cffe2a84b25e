import { defineGroup } from '../command.ts'
import { add } from '../registries/add.ts'
import { ls } from '../registries/ls.ts'
import { rm } from '../registries/rm.ts'
import { test } from '../registries/test.ts'

export const registries = defineGroup({
  name: 'registries',
  summary: 'Store, try and forget the credentials of registries outside',
  commands: { ls, add, test, rm },
})
