import { type Invitation, listInvitations, removeInvitation } from '@berth/contract'
import { Button } from '@mantine/core'
import { IconMail, IconUserPlus } from '@tabler/icons-react'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useAction, useCall } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { EmptyState } from '#parts/empty-state.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { RelativeTime } from '#parts/relative-time.tsx'
import { plainText } from '../app/logs/log-text.ts'
import { Confirm } from './confirm.tsx'
import { Invite } from './invite.tsx'
import { roleWords } from './role-words.ts'
import { Section } from './section.tsx'
import classes from './settings.module.css'

export function InvitationsTab() {
  const { project } = useSearch({ strict: false }) as Record<string, string | undefined>
  const { data: invitations, error, refetch } = useCall(listInvitations, {})
  // Whoever is led here from a project wants to invite to it.
  const [isInviting, setInviting] = useState(project !== undefined)
  const [removing, setRemoving] = useState<Invitation>()
  const invite = (
    <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => setInviting(true)}>
      Invite someone
    </Button>
  )
  return (
    <Section
      title="Open invitations"
      below="Each is good once, and only for the one with that address."
      action={invitations && invitations.length > 0 ? invite : null}
    >
      {invitations === undefined ? (
        error ? (
          <ErrorBox title="The invitations could not be loaded" error={error} onRetry={() => void refetch()} />
        ) : (
          <Loading what="invitations" height={200} />
        )
      ) : invitations.length === 0 ? (
        <EmptyState title="Nobody is invited" icon={<IconMail size={28} stroke={1.5} />} action={invite}>
          An invitation is a link that you send yourself, by mail or chat. Whoever opens it chooses a password and is
          in.
        </EmptyState>
      ) : (
        <ul className={classes.rows}>
          {invitations.map((invitation) => (
            <InvitationRow key={invitation.id} invitation={invitation} onRemove={() => setRemoving(invitation)} />
          ))}
        </ul>
      )}
      {isInviting ? <Invite project={project} onClose={() => setInviting(false)} /> : null}
      {removing ? <TakeBack invitation={removing} onClose={() => setRemoving(undefined)} /> : null}
    </Section>
  )
}

function InvitationRow({ invitation, onRemove }: { invitation: Invitation; onRemove: () => void }) {
  const { email, project, role, invitedBy, createdAt, expiresAt } = invitation
  return (
    <li className={classes.row}>
      <div className={classes.rowWords}>
        <p className={classes.rowTitle}>
          <bdi>{plainText(email)}</bdi>
          <span className={classes.mark}>
            {project === null ? 'Admin of Berth' : `${roleWords[role].title} of ${project}`}
          </span>
        </p>
        <p className={classes.soft}>
          invited by <bdi>{plainText(invitedBy)}</bdi> <RelativeTime at={createdAt} />, expires{' '}
          <RelativeTime at={expiresAt} />
        </p>
      </div>
      <Button size="xs" variant="default" aria-label={`Take back the invitation of ${email}`} onClick={onRemove}>
        Take back
      </Button>
    </li>
  )
}

function TakeBack({ invitation: { id, email }, onClose }: { invitation: Invitation; onClose: () => void }) {
  const action = useAction(removeInvitation, {
    invalidates: [listInvitations],
    onSuccess: () => {
      announce(`The invitation of ${email} is taken back`)
      onClose()
    },
  })
  return (
    <Confirm
      title={`Take back the invitation of ${email}?`}
      word="Take it back"
      busyWords="Taking it back …"
      action={action}
      onConfirm={() => action.mutate({ params: { invitationId: id } })}
      onClose={onClose}
    >
      The link is worthless from then on. You can invite them again at any time.
    </Confirm>
  )
}
