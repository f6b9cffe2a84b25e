import { defineGroup } from '../command.ts'
import { clean } from '../disk/clean.ts'
import { show } from '../disk/show.ts'

export const disk = defineGroup({
  name: 'disk',
  summary: 'Show what fills the disks of the machines, remove what nothing needs',
  details:
    'Berth cleans up by itself each day, after each deployment and when a disk gets full. It removes only what it made: nothing that runs, nor the images of the last 10 releases of an app.',
  commands: { show, clean },
})
