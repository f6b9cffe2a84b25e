import { listMembers, listProjects, listUsers, type Member, type Role, setMember, whoAmI } from '@berth/contract'
import { Button, Group, Select, Stack } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useAction, useCall } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { BusyButton } from '#parts/busy-button.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { scrollingOptions } from '#parts/scrolling-options.ts'
import { Dialog } from './dialog.tsx'
import { RoleChoice } from './role-choice.tsx'

type Props = { project: string; members: readonly Member[]; onClose: () => void }

/** For admins of Berth, who know everybody. Others invite. */
export function AddMember({ project, members, onClose }: Props) {
  const { data: users, error, refetch } = useCall(listUsers, {})
  const [userId, setUserId] = useState<string | null>(null)
  const [role, setRole] = useState<Role>('developer')
  const action = useAction(setMember, {
    invalidates: [listMembers, listProjects, listUsers, whoAmI],
    onSuccess: ({ email }) => {
      announce(`${email} is a member of ${project} now`)
      onClose()
    },
  })
  const known = new Set(members.map((member) => member.userId))
  const others = users?.filter(({ id }) => !known.has(id))

  function submit(event: FormEvent) {
    event.preventDefault()
    if (userId && !action.isPending) action.mutate({ params: { project, userId }, body: { role } })
  }

  return (
    <Dialog title={`Add someone to ${project}`} onClose={onClose}>
      <form onSubmit={submit}>
        <Stack gap="md">
          {others ? (
            <Select
              label="Who"
              {...scrollingOptions}
              description="Everybody who can sign in already; invite those who cannot"
              data={others.map(({ id, email }) => ({ value: id, label: email }))}
              searchable
              nothingFoundMessage="Nobody has such an address"
              placeholder={others.length > 0 ? 'E-mail' : 'Everybody is a member already'}
              data-autofocus
              value={userId}
              onChange={setUserId}
            />
          ) : error ? (
            <ErrorBox title="The users could not be loaded" error={error} onRetry={() => void refetch()} />
          ) : (
            <Loading what="users" height={84} />
          )}
          <RoleChoice value={role} onChange={setRole} />
          <ErrorBox title="They were not added" error={action.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Leave it
            </Button>
            <BusyButton type="submit" isBusy={action.isPending} busyWords="Adding …" isOff={userId === null}>
              Add
            </BusyButton>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
