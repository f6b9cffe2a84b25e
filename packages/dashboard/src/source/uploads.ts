import { type Build, cancelBuild, listBuilds } from '@berth/contract'
import { useSyncExternalStore } from 'react'
import { client } from '#api/client.ts'
import { queryClient } from '#api/query-client.ts'
import { noticeError } from '#api/session.ts'
import { invalidate } from '#api/use-call.ts'
import { sendSource } from './upload-request.ts'

export type Upload = {
  readonly sentBytes: number
  readonly totalBytes: number
  readonly state: 'sending' | 'sent' | 'failed'
  readonly error: unknown
}

type Kept = { upload: Upload; stop: AbortController }

/** By build. They go on whatever page is shown, as long as one is. */
const kept = new Map<string, Kept>()
const listeners = new Set<() => void>()

function put(buildId: string, { upload, stop }: Kept) {
  kept.set(buildId, { upload, stop })
  for (const listener of listeners) listener()
}

/** Sends the archive that a build waits for. */
export function beginUpload(build: Build, bytes: Blob): void {
  const stop = new AbortController()
  const begun: Upload = { sentBytes: 0, totalBytes: bytes.size, state: 'sending', error: undefined }
  const tell = (change: Partial<Upload>) =>
    put(build.id, { stop, upload: { ...(kept.get(build.id)?.upload ?? begun), ...change } })
  tell({})
  if (listSending().length === 1) window.addEventListener('beforeunload', warn)
  sendSource(build, { bytes, signal: stop.signal, onSent: (sentBytes) => tell({ sentBytes }) })
    .then(
      () => tell({ sentBytes: bytes.size, state: 'sent' }),
      (error: unknown) => {
        noticeError(error)
        tell({ state: 'failed', error: stop.signal.aborted ? undefined : error })
      },
    )
    .finally(() => {
      if (listSending().length === 0) window.removeEventListener('beforeunload', warn)
      void invalidate(queryClient, listBuilds)
    })
}

/** The build first, so that it ends as what somebody wanted and not as an upload that broke off. */
export async function cancelUpload({ app, id }: Pick<Build, 'app' | 'id'>): Promise<void> {
  await client.call(cancelBuild, { params: { app, buildId: id } })
  kept.get(id)?.stop.abort(new Error('The build was cancelled'))
}

const listSending = () => [...kept.values()].filter(({ upload }) => upload.state === 'sending')

/** Leaving the page would end it. */
const warn = (event: BeforeUnloadEvent) => event.preventDefault()

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** What this page sends, or has sent, to a build; undefined where it does not. */
export const useUpload = (buildId: string): Upload | undefined =>
  useSyncExternalStore(subscribe, () => kept.get(buildId)?.upload)
