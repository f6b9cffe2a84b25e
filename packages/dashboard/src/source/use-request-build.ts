import { type Build, createBuild, type InputOf, listBuilds } from '@berth/contract'
import { useAction } from '#api/use-call.ts'
import type { ChosenSource } from './chosen-source.ts'
import { beginUpload } from './uploads.ts'

export type BuildWish = InputOf<typeof createBuild>['body']

/** Asks for a build and begins to send what it is made from; that goes on after the page that asked was left. */
export function useRequestBuild() {
  const action = useAction(createBuild, { invalidates: [listBuilds] })
  return {
    isPending: action.isPending,
    error: action.error,
    reset: action.reset,
    async ask(wish: BuildWish, chosen: ChosenSource | undefined): Promise<Build> {
      const build = await action.mutateAsync({ body: wish })
      if (wish.source.kind === 'archive' && chosen) beginUpload(build, chosen.bytes)
      return build
    },
  }
}
