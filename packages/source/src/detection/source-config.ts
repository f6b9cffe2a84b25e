import { AppName, describeZodError, EnvName, EnvValue, PlatformError, Port, ServiceName } from '@berth/contract'
import { z } from 'zod'
import type { Json } from './look.ts'

/** The service that answers for the app, where there are several. */
export const faceName = 'app-server'

/** By the names that people use for them. */
const languageNames = {
  node: 'node',
  nodejs: 'node',
  'node.js': 'node',
  javascript: 'node',
  typescript: 'node',
  python: 'python',
  go: 'go',
  golang: 'go',
  java: 'java',
  kotlin: 'java',
  php: 'php',
  ruby: 'ruby',
  rust: 'rust',
  dotnet: 'dotnet',
  '.net': 'dotnet',
  'c#': 'dotnet',
  csharp: 'dotnet',
  static: 'static',
  html: 'static',
} as const
type LanguageName = keyof typeof languageNames

const Language = z
  .string()
  .transform((name) => name.toLowerCase())
  .pipe(z.enum(Object.keys(languageNames) as [LanguageName, ...LanguageName[]], languageWords()))
  .transform((name) => languageNames[name])

const Path = z
  .string()
  .transform((path) => path.replace(/^\.\//, '').replace(/\/+$/, ''))
  .refine((path) => !path.startsWith('/') && !path.split('/').includes('..'), 'use a path within the source')

const Word = z.string().min(1).max(4096)

const ServiceConfig = z.strictObject({
  name: ServiceName,
  language: Language,
  /** Numbers are taken too: 3.12 is how people write it. */
  version: z
    .union([z.string(), z.number()])
    .transform(String)
    .pipe(z.string().regex(/^[\w.^~<>=*|, -]{1,64}$/, 'use a version such as "3.13" or "^20"'))
    .optional(),
  startCommand: z.union([Word, z.array(Word).min(1)]).optional(),
  port: Port.optional(),
  requirements: Path.optional(),
  environment: z.record(EnvName, z.union([EnvValue, z.number(), z.boolean()]).transform(String)).default({}),
  /** Where the service lies, when the source holds several. */
  folder: Path.default(''),
})
export type ServiceConfig = z.infer<typeof ServiceConfig>

const SourceConfig = z
  .strictObject({ application: AppName, services: z.array(ServiceConfig).min(1, 'name at least one service').max(20) })
  .superRefine(({ services }, context) => {
    const names = services.map(({ name }) => name)
    const twice = names.find((name, at) => names.indexOf(name) !== at)
    if (twice) context.addIssue({ code: 'custom', message: `two services are called ${twice}`, path: ['services'] })
    if (names.length === 1 || names.includes(faceName)) return
    const message = `one of several services must be called ${faceName}: it is the one that answers for the app`
    context.addIssue({ code: 'custom', message, path: ['services'] })
  })
export type SourceConfig = z.infer<typeof SourceConfig>

/** An app may have a config.json of its own, which is none of ours. */
export const isSourceConfig = (json: Json): boolean => 'services' in json || 'application' in json

export function readSourceConfig(json: Json): SourceConfig {
  const read = SourceConfig.safeParse(json)
  if (read.success) return read.data
  throw new PlatformError('source_invalid', `config.json is not as it should be: ${describeZodError(read.error)}`, {
    hint: 'docs/source.md has its form; without config.json the source is looked at instead',
  })
}

function languageWords(): string {
  return `use one of ${[...new Set(Object.values(languageNames))].join(', ')}`
}
