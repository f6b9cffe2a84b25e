import type { Me } from '@berth/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { session } from '#api/session.ts'
import { ChoosePassword } from '#shell/choose-password.tsx'
import { Door } from '#shell/door.tsx'
import { SignInForm } from '#shell/sign-in-form.tsx'
import { wayBack } from '#shell/way-back.ts'

export function SignInPage() {
  const queries = useQueryClient()
  const router = useRouter()
  const { back } = useSearch({ strict: false })
  const [oneTimePassword, setOneTimePassword] = useState<string>()
  useLeaveWhenSignedIn(oneTimePassword !== undefined, back)

  function done(me: Me, password?: string) {
    // Asked before `begin` makes this page go away.
    if (me.mustChangePassword) setOneTimePassword(password)
    else setOneTimePassword(undefined)
    session.begin(queries, me)
    if (!me.mustChangePassword) router.history.replace(wayBack(back))
  }

  if (oneTimePassword !== undefined) {
    return (
      <Door title="Choose a password">
        <ChoosePassword currentPassword={oneTimePassword} onDone={(me) => done(me)} />
      </Door>
    )
  }
  return (
    <Door title="Sign in">
      <SignInForm onDone={done} />
    </Door>
  )
}

/** Where the session is open, here or since a moment ago in another tab, there is nothing to sign in to. */
function useLeaveWhenSignedIn(isChoosing: boolean, back: string | undefined) {
  const state = useSyncExternalStore(session.subscribe, session.get)
  const router = useRouter()
  useEffect(() => {
    if (state === 'open' && !isChoosing) router.history.replace(wayBack(back))
  }, [state, isChoosing, back, router])
}
