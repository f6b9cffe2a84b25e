import {
  listMembers,
  listProjects,
  listUsers,
  type Member,
  type Role,
  setMember,
  type User,
  whoAmI,
} from '@berth/contract'
import { Select } from '@mantine/core'
import { useState } from 'react'
import { useCall } from '#api/use-call.ts'
import { scrollingOptions } from '#parts/scrolling-options.ts'
import { Dialog } from './dialog.tsx'
import { DialogForm } from './dialog-form.tsx'
import { Loaded } from './loaded.tsx'
import { RoleChoice } from './role-choice.tsx'
import { useDialogAction } from './use-dialog-action.ts'

type Props = { project: string; members: readonly Member[]; onClose: () => void }

/** For admins of Berth, who know everybody. Others invite. */
export function AddMember({ project, members, onClose }: Props) {
  const found = useCall(listUsers, {})
  const [userId, setUserId] = useState<string | null>(null)
  const [role, setRole] = useState<Role>('developer')
  const action = useDialogAction(setMember, {
    invalidates: [listMembers, listProjects, listUsers, whoAmI],
    words: ({ email }) => `${email} is a member of ${project} now`,
    onClose,
  })

  return (
    <Dialog title={`Add someone to ${project}`} onClose={onClose}>
      <DialogForm
        word="Add"
        busyWords="Adding …"
        action={action}
        failure="They were not added"
        isOff={userId === null}
        onSubmit={() => userId && action.mutate({ params: { project, userId }, body: { role } })}
        onClose={onClose}
      >
        <Loaded found={found} what="users" height={84}>
          {(users) => <UserChoice users={users} members={members} value={userId} onChange={setUserId} />}
        </Loaded>
        <RoleChoice value={role} onChange={setRole} />
      </DialogForm>
    </Dialog>
  )
}

type ChoiceProps = {
  users: readonly User[]
  members: readonly Member[]
  value: string | null
  onChange: (userId: string | null) => void
}

function UserChoice({ users, members, value, onChange }: ChoiceProps) {
  const known = new Set(members.map((member) => member.userId))
  const others = users.filter(({ id }) => !known.has(id))
  return (
    <Select
      label="Who"
      {...scrollingOptions}
      description="Everybody who can sign in already; invite those who cannot"
      data={others.map(({ id, email }) => ({ value: id, label: email }))}
      searchable
      nothingFoundMessage="Nobody has such an address"
      placeholder={others.length > 0 ? 'E-mail' : 'Everybody is a member already'}
      data-autofocus
      value={value}
      onChange={onChange}
    />
  )
}
