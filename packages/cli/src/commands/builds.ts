import { cancel } from '../builds/cancel.ts'
import { dockerfile } from '../builds/dockerfile.ts'
import { follow } from '../builds/follow.ts'
import { log } from '../builds/log.ts'
import { ls } from '../builds/ls.ts'
import { defineGroup } from '../command.ts'

export const builds = defineGroup({
  name: 'builds',
  summary: 'List the builds of an app, follow one, read its log, stop it',
  commands: { ls, follow, log, cancel, dockerfile },
})
