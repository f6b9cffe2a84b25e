import { type App, createSlimming, followSlimming, listSlimmings, type Slimming } from '@berth/contract'
import { useEffect, useState } from 'react'
import { client } from '#api/client.ts'
import { noticeError } from '#api/session.ts'
import { useAction, useCall } from '#api/use-call.ts'

/**
 * The newest slimming of an app, followed while it runs, and the way to begin one. Undefined: there is none. Whoever leaves
 * the page for longer than it takes to load it anew ends it.
 */
export function useSlimming({ name }: App) {
  const params = { app: name }
  const known = useCall(listSlimmings, { params })
  const create = useAction(createSlimming, {
    invalidates: [listSlimmings],
    onSuccess: (slimming) => setNewest(slimming),
  })
  const [newest, setNewest] = useState<Slimming>()
  const [lost, setLost] = useState<unknown>()
  const [first] = known.data ?? []
  const latest = newest?.app === name ? newer(newest, first) : first
  const runningId = latest?.state === 'running' ? latest.id : undefined

  useEffect(() => {
    if (runningId === undefined) return
    const left = new AbortController()
    setLost(undefined)
    follow({ app: name, slimmingId: runningId }, setNewest, left.signal).catch((error: unknown) => {
      if (left.signal.aborted) return
      noticeError(error)
      setLost(error)
    })
    return () => left.abort()
  }, [name, runningId])
  return { latest, create, setLatest: setNewest, error: create.error ?? known.error ?? lost }
}

const newer = (one: Slimming, other: Slimming | undefined) =>
  other && other.id !== one.id && other.createdAt > one.createdAt ? other : one

async function follow(
  params: { app: string; slimmingId: string },
  tell: (slimming: Slimming) => void,
  signal: AbortSignal,
): Promise<void> {
  for await (const slimming of client.stream(followSlimming, { params }, { signal })) tell(slimming)
}
