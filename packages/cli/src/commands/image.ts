import { defineGroup } from '../command.ts'
import { analyze } from '../images/analyze.ts'
import { show } from '../images/show.ts'
import { slim } from '../images/slim.ts'

export const image = defineGroup({
  name: 'image',
  summary: 'Show whether an image can be deployed and what one is made of, and make one smaller',
  commands: { show, analyze, slim },
})
