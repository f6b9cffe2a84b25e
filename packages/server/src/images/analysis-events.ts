import type { ImageAnalysis, ImageAnalysisEvent } from '@berth/contract'

export type Tell = (text: string) => void

/** What is told while it is worked on, the newest at each time, and then what came of it. Who stops reading stops the work. */
export async function* analysisEvents(
  signal: AbortSignal,
  analyse: (tell: Tell, signal: AbortSignal) => Promise<ImageAnalysis>,
): AsyncGenerator<ImageAnalysisEvent, void> {
  const left = new AbortController()
  let text: string | undefined
  let isOver = false
  let news = Promise.withResolvers<void>()
  const tell: Tell = (newest) => {
    text = newest
    news.resolve()
  }
  const analysing = analyse(tell, AbortSignal.any([signal, left.signal]))
  const end = () => {
    isOver = true
    news.resolve()
  }
  analysing.then(end, end)
  try {
    while (!isOver) {
      await news.promise
      news = Promise.withResolvers()
      const told = text
      text = undefined
      if (told !== undefined) yield { kind: 'progress', text: told }
    }
    yield { kind: 'analysed', analysis: await analysing }
  } finally {
    left.abort(new Error('Nobody waits for it'))
  }
}
