import { PlatformError } from '@berth/contract'

/** The language is known, and nothing says how the app begins. */
export const noStart = (language: string, lookedFor: string): PlatformError =>
  new PlatformError(
    'source_not_recognized',
    `This is ${language}, but nothing says how it starts. Looked for ${lookedFor}`,
    {
      hint: 'Add one of these, or a config.json with a "startCommand", or a Dockerfile',
    },
  )
