import { formatBytes, imageFaultOf, inspectImage } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { imageFlag } from '../inputs/flags.ts'
import { printFields } from '../terminal/print-fields.ts'
import { relativeTime } from '../terminal/relative-time.ts'

export const show = defineCommand({
  usage: 'image show <image>',
  summary: 'Show whether an image can be deployed, its size and its ports',
  options: jsonOption,
  examples: ['berth image nginx:stable'],
  args: z.strictObject({ image: imageFlag, json: z.boolean().default(false) }),

  async run({ image, json }, context) {
    const look = await context.call(inspectImage, { query: { name: image } })
    if (look.state === 'missing') throw imageFaultOf(look)
    const { name, digest, sizeBytes, source, exposedPorts, createdAt } = look.image
    const isInRegistry = source === 'registry'
    if (json) context.printJson(look.image)
    else {
      printFields(
        [
          ['Image', name],
          ['Found', isInRegistry ? 'in its registry' : 'on a machine of Berth only'],
          ['Digest', digest ?? '-'],
          ['Size', sizeBytes === null ? '-' : `${formatBytes(sizeBytes)} ${isInRegistry ? 'to pull' : 'unpacked'}`],
          ['Ports', exposedPorts?.join(', ') || 'says none; give --port, or --worker'],
          ['Created', createdAt ? relativeTime(createdAt, context.now()) : '-'],
        ],
        context,
      )
    }
    return exitCode.ok
  },
})
