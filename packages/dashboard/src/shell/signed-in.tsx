import { type Me, type PlatformError, whoAmI } from '@berth/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useLocation, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { MeContext } from '#api/me.ts'
import { session } from '#api/session.ts'
import { useCall } from '#api/use-call.ts'
import { followVisibility } from '#live/follow-visibility.ts'
import { live } from '#live/live.ts'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { ChoosePassword } from './choose-password.tsx'
import { Door } from './door.tsx'
import { Frame } from './frame.tsx'
import { SignInForm } from './sign-in-form.tsx'

const aMinuteMs = 60_000

/** Every page that needs a sign-in is in here. */
export function SignedIn() {
  const state = useSyncExternalStore(session.subscribe, session.get)
  const { href } = useLocation()
  const asked = useCall(whoAmI, {}, { enabled: state !== 'ended', staleMs: aMinuteMs })
  const { data: me, error, refetch } = asked
  useRetry(error !== null && me === undefined && state !== 'ended', refetch)
  useOneReader(me)

  const isOpen = state === 'open' && me !== undefined && !me.mustChangePassword
  useEffect(() => (isOpen ? followVisibility(live) : undefined), [isOpen])

  if (!me) {
    if (state === 'ended') return <ToSignIn back={href} />
    if (error && !isSessionError(error)) {
      return (
        <Door title="Berth does not answer">
          <ErrorBox error={error} onRetry={() => void refetch()} />
        </Door>
      )
    }
    return (
      <Door>
        <Loading what="Berth" />
      </Door>
    )
  }
  return (
    <MeContext value={me}>
      {/* What was typed stays while somebody signs in again over it. */}
      <div inert={!isOpen} hidden={!isOpen} key={me.name}>
        {me.mustChangePassword ? null : <Frame />}
      </div>
      {isOpen ? null : <Cover me={me} isEnded={state === 'ended'} />}
    </MeContext>
  )
}

function ToSignIn({ back }: { back: string }) {
  const navigate = useNavigate()
  // Only where this page was when it was opened: the location changes before this is gone.
  const [from] = useState(back)
  useEffect(() => {
    void navigate({ to: '/sign-in', search: { back: from === '/' ? undefined : from }, replace: true })
  }, [navigate, from])
  return null
}

function Cover({ me, isEnded }: { me: Me; isEnded: boolean }) {
  const queries = useQueryClient()
  const begin = (next: Me) => {
    session.begin(queries, next)
    void queries.invalidateQueries()
  }
  if (!isEnded) {
    return (
      <Door title="Choose a password">
        <ChoosePassword onDone={begin} />
      </Door>
    )
  }
  return (
    <Door title="Sign in again" below="Your session has ended. Nothing on this page was lost.">
      <SignInForm email={me.email ?? undefined} onDone={begin} />
    </Door>
  )
}

/** A server that is away comes back; nobody has to press anything for that. */
function useRetry(isAway: boolean, retry: () => unknown) {
  useEffect(() => {
    if (!isAway) return
    const timer = setInterval(retry, 4_000)
    return () => clearInterval(timer)
  }, [isAway, retry])
}

/** Another person must not find what the one before saw. */
function useOneReader(me: Me | undefined) {
  const reader = useRef<string>(undefined)
  useEffect(() => {
    if (!me || me.name === reader.current) return
    if (reader.current !== undefined) live.clear()
    reader.current = me.name
  }, [me])
}

const isSessionError = (error: PlatformError) =>
  error.code === 'unauthenticated' || error.code === 'password_change_required'
