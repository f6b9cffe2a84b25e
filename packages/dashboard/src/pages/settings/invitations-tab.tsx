import { type Invitation, listInvitations, removeInvitation } from '@berth/contract'
import { Button } from '@mantine/core'
import { IconMail, IconUserPlus } from '@tabler/icons-react'
import { useSearch } from '@tanstack/react-router'
import { useCall } from '#api/use-call.ts'
import { RelativeTime } from '#parts/relative-time.tsx'
import { plainText } from '../app/logs/log-text.ts'
import { Confirm } from './confirm.tsx'
import { Invite } from './invite.tsx'
import { roleWords } from './role-words.ts'
import classes from './settings.module.css'
import { StoredList } from './stored-list.tsx'
import { useDialogAction } from './use-dialog-action.ts'

export function InvitationsTab() {
  const { project } = useSearch({ strict: false }) as Record<string, string | undefined>
  return (
    <StoredList
      title="Open invitations"
      below="Each is good once, and only for the one with that address."
      what="invitations"
      found={useCall(listInvitations, {})}
      empty={{
        title: 'Nobody is invited',
        icon: <IconMail size={28} stroke={1.5} />,
        words:
          'An invitation is a link that you send yourself, by mail or chat. Whoever opens it chooses a password and is in.',
      }}
      addWord="Invite someone"
      AddIcon={IconUserPlus}
      // Whoever is led here from a project wants to invite to it.
      isAddingAtFirst={project !== undefined}
      add={(closing) => <Invite project={project} {...closing} />}
      rows={(invitations, onRemove) => (
        <ul className={classes.rows}>
          {invitations.map((invitation) => (
            <InvitationRow key={invitation.id} invitation={invitation} onRemove={() => onRemove(invitation)} />
          ))}
        </ul>
      )}
      removal={(invitation, closing) => <TakeBack invitation={invitation} {...closing} />}
    />
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
  const action = useDialogAction(removeInvitation, {
    invalidates: [listInvitations],
    words: () => `The invitation of ${email} is taken back`,
    onClose,
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
