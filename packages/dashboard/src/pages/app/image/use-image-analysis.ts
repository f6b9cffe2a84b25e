import { analyseAppImage, type ImageAnalysis } from '@berth/contract'
import { useEffect, useState } from 'react'
import { client } from '#api/client.ts'
import { noticeError } from '#api/session.ts'

export type AnalysisState =
  /** `text`: what the machine is doing. */
  | { kind: 'working'; text: string | undefined }
  | { kind: 'analysed'; analysis: ImageAnalysis }
  | { kind: 'failed'; error: unknown }

const beginning: AnalysisState = { kind: 'working', text: undefined }

/** Analyses the image that an app runs, once for each release. Leaving the page stops the work. */
export function useImageAnalysis(app: string, releaseVersion: number | null) {
  const [state, setState] = useState<AnalysisState>(beginning)
  const [attempt, setAttempt] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another release or another attempt is another analysis.
  useEffect(() => {
    const left = new AbortController()
    setState(beginning)
    follow(app, setState, left.signal).catch((error: unknown) => {
      if (left.signal.aborted) return
      noticeError(error)
      setState({ kind: 'failed', error })
    })
    return () => left.abort()
  }, [app, releaseVersion, attempt])
  return { state, retry: () => setAttempt((count) => count + 1) }
}

async function follow(app: string, tell: (state: AnalysisState) => void, signal: AbortSignal): Promise<void> {
  for await (const event of client.stream(analyseAppImage, { params: { app }, query: {} }, { signal })) {
    if (event.kind === 'analysed') return tell({ kind: 'analysed', analysis: event.analysis })
    tell({ kind: 'working', text: event.text })
  }
  throw new Error('Berth stopped before the image was analysed')
}
