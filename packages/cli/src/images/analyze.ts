import {
  AppName,
  analyseAppImage,
  analyseImage,
  type ImageAnalysis,
  type ImageAnalysisEvent,
  ImageRef,
  PlatformError,
} from '@berth/contract'
import { z } from 'zod'
import { type Context, defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { flag } from '../inputs/flags.ts'
import { liveLines } from '../terminal/live-lines.ts'
import { plainText } from '../terminal/plain-text.ts'
import { cutText } from '../terminal/text-width.ts'
import { printAnalysis } from './print-analysis.ts'

export const analyze = defineCommand({
  usage: 'image analyze <app-or-image>',
  summary: 'Show the layers of an image, what they waste, and what would make it smaller',
  options: { '--service <name>': 'of an app with several services (its face)', ...jsonOption },
  details: 'An image is analysed on a machine that has it; none is pulled for that. Ctrl-C stops the work.',
  examples: ['berth image analyze shop', 'berth image analyze nginx:stable'],
  args: z.strictObject({
    'app-or-image': flag(ImageRef, { parse: (text) => text }),
    service: z.string().optional(),
    json: z.boolean().default(false),
  }),

  async run({ 'app-or-image': name, service, json }, context) {
    const analysis = await analyse(name, service, context)
    if (json) context.printJson(analysis)
    else printAnalysis(analysis, context)
    return exitCode.ok
  },
})

/** An app of that name goes before an image of that name. */
async function analyse(name: string, service: string | undefined, context: Context): Promise<ImageAnalysis> {
  const byName = () => readToEnd(context.stream(analyseImage, { query: { name } }), context)
  if (service === undefined && !AppName.safeParse(name).success) return byName()
  try {
    const query = service === undefined ? {} : { service }
    return await readToEnd(context.stream(analyseAppImage, { params: { app: name }, query }), context)
  } catch (error) {
    const isNoApp = error instanceof PlatformError && error.code === 'app_not_found'
    if (!isNoApp || service !== undefined) throw error
    return byName()
  }
}

async function readToEnd(events: AsyncIterable<ImageAnalysisEvent>, { terminal }: Context): Promise<ImageAnalysis> {
  const lines = liveLines(terminal)
  try {
    for await (const event of events) {
      if (event.kind === 'analysed') return event.analysis
      if (terminal.isLive) lines.draw([cutText(plainText(event.text), terminal.width())])
    }
  } finally {
    if (terminal.isLive) lines.draw([])
    lines.end()
  }
  throw new PlatformError('engine_unavailable', 'Berth stopped before the image was analysed', { hint: 'Try again' })
}
