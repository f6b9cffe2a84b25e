import {
  Email,
  inviteAdmin,
  inviteToProject,
  listInvitations,
  listProjects,
  type ResultOf,
  type Role,
} from '@berth/contract'
import { Button, Group, Select, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAction, useCall } from '#api/use-call.ts'
import { useMe } from '#live/use-live.ts'
import { ErrorBox } from '#parts/error-box.tsx'
import { RelativeTime } from '#parts/relative-time.tsx'
import { scrollingOptions } from '#parts/scrolling-options.ts'
import { ShownOnce } from '#parts/shown-once.tsx'
import { Dialog } from './dialog.tsx'
import { DialogForm } from './dialog-form.tsx'
import { RoleChoice } from './role-choice.tsx'
import { roleWords } from './role-words.ts'
import classes from './settings.module.css'

type Made = ResultOf<typeof inviteAdmin>
/** A name of a project never is this. */
const allOfBerth = '*'

export function Invite({ project, onClose }: { project: string | undefined; onClose: () => void }) {
  const [made, setMade] = useState<Made>()
  return (
    <Dialog
      title={made ? `${made.invitation.email} is invited` : 'Invite someone'}
      onClose={onClose}
      isHeld={made !== undefined}
      size="lg"
    >
      {made ? (
        <MadeInvitation made={made} onClose={onClose} />
      ) : (
        <InviteForm project={project} onMade={setMade} onClose={onClose} />
      )}
    </Dialog>
  )
}

type FormProps = { project: string | undefined; onMade: (made: Made) => void; onClose: () => void }

function InviteForm({ project: knownProject, onMade, onClose }: FormProps) {
  const me = useMe()
  const projects = useCall(listProjects, {})
  const offered = (projects.data ?? []).filter(({ role }) => role === 'admin').map(({ name }) => name)
  const [email, setEmail] = useState('')
  const [wasTried, setTried] = useState(false)
  const [chosen, setChosen] = useState<string | null>(knownProject ?? null)
  const [role, setRole] = useState<Role>('developer')
  const made = { invalidates: [listInvitations], onSuccess: onMade }
  const [toProject, toAll] = [useAction(inviteToProject, made), useAction(inviteAdmin, made)]
  const where = chosen ?? offered[0]
  const isAll = where === allOfBerth
  const action = isAll ? toAll : toProject
  const problem = Email.safeParse(email.trim()).error?.issues[0]?.message

  function submit() {
    setTried(true)
    if (problem || where === undefined) return
    if (isAll) toAll.mutate({ body: { email: email.trim() } })
    else toProject.mutate({ params: { project: where }, body: { email: email.trim(), role } })
  }

  return (
    <DialogForm
      word="Make the link"
      busyWords="Inviting …"
      action={action}
      failure="They are not invited"
      isOff={where === undefined}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        label="E-mail"
        type="email"
        description="Nobody else can use the invitation"
        placeholder="ada@example.org"
        data-autofocus
        maxLength={254}
        error={wasTried ? problem : undefined}
        value={email}
        onChange={({ currentTarget }) => setEmail(currentTarget.value)}
      />
      <Select
        label="To"
        {...scrollingOptions}
        data={[
          ...offered.map((name) => ({ value: name, label: `Project ${name}` })),
          ...(me.isAdmin ? [{ value: allOfBerth, label: 'All of Berth, as another admin of the platform' }] : []),
        ]}
        searchable={offered.length > 8}
        allowDeselect={false}
        placeholder="Loading projects …"
        value={where ?? null}
        onChange={setChosen}
      />
      <ErrorBox title="Projects could not be loaded" error={projects.error} onRetry={() => void projects.refetch()} />
      {isAll ? (
        <p className={classes.plain}>They may do everything, everywhere, and make others admins too.</p>
      ) : (
        <RoleChoice value={role} onChange={setRole} />
      )}
    </DialogForm>
  )
}

function MadeInvitation({ made: { invitation, path }, onClose }: { made: Made; onClose: () => void }) {
  const { email, project, role, expiresAt } = invitation
  return (
    <Stack gap="md">
      <p className={classes.plain}>
        Send this link to <strong>{email}</strong> yourself; Berth sends no mail. It makes them{' '}
        {project === null ? 'an admin of Berth' : `${roleWords[role].title.toLowerCase()} of ${project}`}, works once,
        and expires <RelativeTime at={expiresAt} />.
      </p>
      <ShownOnce value={`${location.origin}${path}`} label="the link" />
      <Group justify="flex-end">
        <Button onClick={onClose}>I have copied it</Button>
      </Group>
    </Stack>
  )
}
