import { listProjects, type Project, removeProject, whoAmI } from '@berth/contract'
import { useAction } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { Confirm } from './confirm.tsx'

type Props = { project: Project; onClose: () => void; onRemoved: () => void }

export function RemoveProject({ project: { name, members }, onClose, onRemoved }: Props) {
  const action = useAction(removeProject, {
    invalidates: [listProjects, whoAmI],
    onSuccess: () => {
      announce(`The project ${name} is removed`)
      onRemoved()
      onClose()
    },
  })
  return (
    <Confirm
      title={`Remove the project ${name}?`}
      word="Remove it"
      busyWords="Removing …"
      action={action}
      onConfirm={() => action.mutate({ params: { project: name } })}
      onClose={onClose}
    >
      {members === 1 ? 'Its one member loses' : `Its ${members} members lose`} their role in it, and open invitations to
      it are worthless. Nobody loses their account.
    </Confirm>
  )
}
