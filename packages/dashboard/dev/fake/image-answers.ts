import { setTimeout as delay } from 'node:timers/promises'
import { analyseAppImage, analyseImage, type ImageAnalysis, type ImageAnalysisEvent } from '@berth/contract'
import { type Answer, answer, notFound } from './answer.ts'
import { getSample } from './app-answers.ts'
import { nastyTexts } from './hostile.ts'
import type { World } from './world.ts'

const MiB = 1024 ** 2

export const imageAnswers: Answer[] = [
  answer(analyseAppImage, ({ params }, { world }) => {
    const { app } = getSample(world, params.app)
    if (app.releaseVersion === null) throw notFound('release_not_found', `App ${app.name} has no release yet`)
    return events(analysisOf(`127.0.0.1:5000/${app.name}@sha256:${'4b'.repeat(32)}`, world))
  }),
  answer(analyseImage, ({ query }, { world }) => events(analysisOf(query.name, world))),
]

async function* events(analysis: ImageAnalysis): AsyncGenerator<ImageAnalysisEvent> {
  yield { kind: 'progress', text: 'm1: reading 412 MiB' }
  await delay(300, undefined, { ref: false })
  yield { kind: 'analysed', analysis }
}

const analysisOf = (image: string, world: World): ImageAnalysis => ({
  ...{ image, sizeBytes: 412 * MiB, efficiency: 0.873, wastedBytes: 49 * MiB },
  layers: [
    { command: 'ADD rootfs.tar.xz / ', sizeBytes: 74 * MiB, files: 3120, wastedBytes: 0 },
    {
      command: 'RUN apt-get update && apt-get install -y curl',
      sizeBytes: 61 * MiB,
      files: 840,
      wastedBytes: 18 * MiB,
    },
    { command: 'COPY package.json package-lock.json ./', sizeBytes: 310_000, files: 2, wastedBytes: 0 },
    { command: 'RUN npm ci', sizeBytes: 214 * MiB, files: 18_400, wastedBytes: 31 * MiB },
    { command: 'RUN chown -R node:node /app', sizeBytes: 63 * MiB, files: 18_402, wastedBytes: 0 },
    { command: 'RUN rm -rf /var/lib/apt/lists/*', sizeBytes: 0, files: 12, wastedBytes: 0 },
    ...(world.scenario === 'hostile'
      ? nastyTexts.map((command) => ({ command, sizeBytes: MiB, files: 1, wastedBytes: 1 }))
      : []),
  ],
  wastedFiles: [
    { path: 'var/lib/apt/lists/deb.debian.org_main_Packages', layers: 2, wastedBytes: 18 * MiB, isDeleted: true },
    { path: 'app/node_modules/esbuild/bin/esbuild', layers: 2, wastedBytes: 9 * MiB, isDeleted: false },
    ...hostile(world, (path) => ({ path, layers: 2, wastedBytes: 1, isDeleted: false })),
  ],
  largestFiles: [
    { path: 'usr/local/bin/node', sizeBytes: 118 * MiB, layer: 0 },
    { path: 'app/node_modules/typescript/lib/typescript.js', sizeBytes: 9 * MiB, layer: 3 },
    ...hostile(world, (path) => ({ path, sizeBytes: 1, layer: 0 })),
  ],
  duplicates: [
    {
      ...{ sizeBytes: 2 * MiB, copies: 2, wastedBytes: 2 * MiB },
      paths: ['app/node_modules/a/data.bin', 'app/node_modules/b/data.bin'],
    },
  ],
  leftovers: [
    { kind: 'language_cache', sizeBytes: 38 * MiB, files: 1200, examples: ['/root/.npm/_cacache'] },
    { kind: 'documentation', sizeBytes: 6 * MiB, files: 410, examples: ['/usr/share/doc', '/usr/share/man'] },
  ],
  advice: [
    {
      title: 'Leave the package cache of the language out',
      detail: 'npm ci && npm cache clean --force (/root/.npm/_cacache)',
      savesBytes: 38 * MiB,
    },
    {
      title: 'Delete in the instruction that makes',
      detail: 'A file that a later instruction deletes stays in the image',
      savesBytes: 18 * MiB,
    },
  ],
  ...{ user: null, createdAt: '2026-11-20T10:00:00.000Z' },
})

function hostile<Row>({ scenario }: World, make: (text: string) => Row): Row[] {
  return scenario === 'hostile' ? nastyTexts.map(make) : []
}
