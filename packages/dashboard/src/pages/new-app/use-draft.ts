import { useEffect, useState } from 'react'
import type { ChosenSource } from '#source/chosen-source.ts'
import { blankDraft, type Draft, isBlank, readDraft, writeDraft } from './draft.ts'

const key = 'berth-new-app'

/** While this page is not shown. Only here, in memory, the values of the environment stay. */
let kept: { owner: string; draft: Draft; chosen: ChosenSource | undefined } | undefined

/** What was typed, kept over a look at another page, and (without secrets) over a reload of this one. */
export function useDraft(owner: string, project: string) {
  const [draft, setDraft] = useState(() => recall(owner) ?? blankDraft(project))
  // A browser gives files to one page and not to the next, so these are given again after a reload.
  const [chosen, setChosen] = useState(() => (kept?.owner === owner ? kept.chosen : undefined))
  useEffect(() => {
    kept = { owner, draft, chosen }
    if (isBlank(draft)) sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, writeDraft(draft, owner))
  }, [draft, owner, chosen])
  return {
    draft,
    chosen,
    setChosen,
    change: (to: Partial<Draft>) => setDraft((before) => ({ ...before, ...to })),
    clear() {
      setDraft(blankDraft(project))
      setChosen(undefined)
    },
  }
}

/** An app that is live needs no draft any more; the page still shows it. */
export function dropKeptDraft() {
  kept = undefined
  sessionStorage.removeItem(key)
}

function recall(owner: string): Draft | undefined {
  const draft = kept?.owner === owner ? kept.draft : readDraft(sessionStorage.getItem(key), owner)
  return draft && !isBlank(draft) ? draft : undefined
}
