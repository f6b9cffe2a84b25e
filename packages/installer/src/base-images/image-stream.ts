import { stripVTControlCharacters } from 'node:util'
import type Docker from 'dockerode'

type ProgressEvent = { stream?: string; status?: string; id?: string; error?: string }

/** Follows a pull or a build to its end. The engine reports failures in the stream, after it has answered 200. */
export function followImageStream(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  onProgress: (words: string) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const lastWords: string[] = []
    docker.modem.followProgress(
      stream,
      (error: Error | null, events: ProgressEvent[] = []) => {
        const failure = error?.message ?? events.find((event) => event.error)?.error
        if (failure) reject(new Error([failure, ...lastWords.slice(-10)].join('\n'), { cause: error }))
        else resolve()
      },
      (event: ProgressEvent) => {
        const words = describeEvent(event)
        if (words === '') return
        if (event.stream) lastWords.push(words)
        onProgress(words)
      },
    )
  })
}

const describeEvent = ({ stream, status, id }: ProgressEvent) =>
  stripVTControlCharacters(stream ?? [id, status].filter(Boolean).join(': ')).trim()
