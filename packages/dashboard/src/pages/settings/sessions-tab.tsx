import { endAllSessions, endSession, listSessions, type Session } from '@berth/contract'
import { Button } from '@mantine/core'
import { IconDeviceDesktop, IconDeviceMobile } from '@tabler/icons-react'
import { useState } from 'react'
import { useAction, useCall } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { BusyButton } from '#parts/busy-button.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { RelativeTime } from '#parts/relative-time.tsx'
import { plainText } from '../app/logs/log-text.ts'
import { Confirm } from './confirm.tsx'
import { Loaded } from './loaded.tsx'
import { Section } from './section.tsx'
import classes from './settings.module.css'
import { useLeave } from './use-leave.ts'
import { describeUserAgent } from './user-agent-words.ts'

export function SessionsTab() {
  const found = useCall(listSessions, {})
  const [isEndingAll, setEndingAll] = useState(false)
  return (
    <Section
      title="Where you are signed in"
      below="End what you do not know, and then change your password."
      action={
        <Button variant="default" onClick={() => setEndingAll(true)}>
          Sign out everywhere
        </Button>
      }
    >
      <Loaded found={found} what="sessions" height={200}>
        {(sessions) => (
          <ul className={classes.rows}>
            {sessions.map((row) => (
              <SessionRow key={row.id} session={row} />
            ))}
          </ul>
        )}
      </Loaded>
      {isEndingAll ? <EndAll onClose={() => setEndingAll(false)} /> : null}
    </Section>
  )
}

function SessionRow({ session }: { session: Session }) {
  const words = describeUserAgent(session.userAgent)
  const Icon = /iPhone|iPad|Android/.test(words) ? IconDeviceMobile : IconDeviceDesktop
  const action = useAction(endSession, {
    invalidates: [listSessions],
    onSuccess: () => announce(`${words} is signed out`),
  })
  return (
    <li className={classes.row}>
      <Icon size={20} stroke={1.6} className={classes.rowIcon} aria-hidden />
      <div className={classes.rowWords}>
        <p className={classes.rowTitle} title={session.userAgent ?? undefined}>
          <bdi>{plainText(words)}</bdi>
          {session.isCurrent ? <span className={classes.mark}>This one</span> : null}
        </p>
        <p className={classes.soft}>
          {session.address ? `from ${session.address}, ` : ''}last used <RelativeTime at={session.lastUsedAt} />, signed
          in <RelativeTime at={session.createdAt} />, ends by itself <RelativeTime at={session.expiresAt} />
        </p>
        <ErrorBox title="It is still signed in" error={action.error} />
      </div>
      {session.isCurrent ? null : (
        <BusyButton
          size="xs"
          variant="default"
          isBusy={action.isPending}
          busyWords="Ending …"
          aria-label={action.isPending ? undefined : `End the session of ${words}`}
          onClick={() => action.mutate({ params: { sessionId: session.id } })}
        >
          End
        </BusyButton>
      )}
    </li>
  )
}

function EndAll({ onClose }: { onClose: () => void }) {
  const leave = useLeave()
  const action = useAction(endAllSessions, { onSuccess: () => void leave() })
  return (
    <Confirm
      title="Sign out everywhere?"
      word="Sign out everywhere"
      busyWords="Signing out …"
      action={action}
      onConfirm={() => action.mutate({})}
      onClose={onClose}
    >
      Every browser that is signed in as you has to sign in again, this one too. Tokens go on working: remove them under
      Tokens.
    </Confirm>
  )
}
