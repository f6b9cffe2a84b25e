import {
  listMembers,
  listProjects,
  type Member,
  type Project,
  type Role,
  removeMember,
  setMember,
  whoAmI,
} from '@berth/contract'
import { Button, Group, Loader, NativeSelect } from '@mantine/core'
import { IconUserPlus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { may } from '#api/me.ts'
import { useAction, useCall } from '#api/use-call.ts'
import { useMe } from '#live/use-live.ts'
import { announce } from '#parts/announce.ts'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { RelativeTime } from '#parts/relative-time.tsx'
import { plainText } from '../app/logs/log-text.ts'
import { AddMember } from './add-member.tsx'
import { Confirm } from './confirm.tsx'
import { roleChoices, roleWords } from './role-words.ts'
import { Section } from './section.tsx'
import classes from './settings.module.css'

/** `onRemove`: for who may remove projects. */
type Props = { project: Project; onRemove: (() => void) | undefined }

export function ProjectMembers({ project, onRemove }: Props) {
  const me = useMe()
  const isAdmin = may(me, 'admin', project.name)
  const { data: members, error, refetch } = useCall(listMembers, { params: { project: project.name } })
  const [isAdding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<Member>()
  const apps = project.apps === 1 ? '1 app' : `${project.apps} apps`
  return (
    <Section
      title={`Members of ${project.name}`}
      below={
        <>
          {apps}, made <RelativeTime at={project.createdAt} />.{' '}
          {me.isAdmin
            ? 'You are an admin of Berth, and so of every project.'
            : `Your role here: ${roleWords[project.role].title.toLowerCase()}.`}
        </>
      }
      action={
        <Group gap="xs">
          {me.isAdmin ? (
            <Button variant="default" onClick={() => setAdding(true)}>
              Add someone
            </Button>
          ) : null}
          {isAdmin ? (
            <Button
              leftSection={<IconUserPlus size={16} aria-hidden />}
              renderRoot={(props) => (
                <Link
                  {...props}
                  to="/settings/{-$tab}"
                  params={{ tab: 'invitations' }}
                  search={{ project: project.name }}
                />
              )}
            >
              Invite
            </Button>
          ) : null}
        </Group>
      }
    >
      {members === undefined ? (
        error ? (
          <ErrorBox title="The members could not be loaded" error={error} onRetry={() => void refetch()} />
        ) : (
          <Loading what="members" height={160} />
        )
      ) : members.length === 0 ? (
        <p className={classes.soft}>Nobody has a role here; admins of Berth may do everything all the same.</p>
      ) : (
        <ul className={classes.rows}>
          {members.map((member) => (
            <MemberRow
              key={member.userId}
              project={project.name}
              member={member}
              isMe={member.email === me.email}
              mayChange={isAdmin}
              onRemove={() => setRemoving(member)}
            />
          ))}
        </ul>
      )}
      {onRemove ? (
        <div className={classes.danger}>
          <p className={classes.soft}>
            {project.apps > 0
              ? `A project can be removed once it has no apps; this one has ${apps}.`
              : 'It has no apps, so it can be removed.'}
          </p>
          <Button variant="default" size="xs" disabled={project.apps > 0} onClick={onRemove}>
            Remove project
          </Button>
        </div>
      ) : null}
      {isAdding ? <AddMember project={project.name} members={members ?? []} onClose={() => setAdding(false)} /> : null}
      {removing ? (
        <RemoveMember project={project.name} member={removing} onClose={() => setRemoving(undefined)} />
      ) : null}
    </Section>
  )
}

type RowProps = { project: string; member: Member; isMe: boolean; mayChange: boolean; onRemove: () => void }

function MemberRow({ project, member, isMe, mayChange, onRemove }: RowProps) {
  const action = useAction(setMember, {
    invalidates: [listMembers, whoAmI],
    onSuccess: ({ email, role }) => announce(`${email} is ${roleWords[role].title.toLowerCase()} of ${project} now`),
  })
  const shownRole = action.isPending ? action.variables.body.role : member.role
  return (
    <li className={classes.row}>
      <div className={classes.rowWords}>
        <p className={classes.rowTitle}>
          <bdi>{plainText(member.email)}</bdi>
          {isMe ? <span className={classes.mark}>You</span> : null}
          {member.isPlatformAdmin ? (
            <span className={classes.mark} title="May do everything, whatever the role here says">
              Admin of Berth
            </span>
          ) : null}
        </p>
        <p className={classes.soft}>
          joined <RelativeTime at={member.since} />
        </p>
        <ErrorBox title="The role was not changed" error={action.error} />
      </div>
      {mayChange ? (
        <>
          <NativeSelect
            className={classes.roleChoice}
            aria-label={`Role of ${member.email}`}
            data={roleChoices.map(({ value }) => ({ value, label: roleWords[value].title }))}
            value={shownRole}
            disabled={action.isPending}
            rightSection={action.isPending ? <Loader size={14} aria-label="Changing the role" /> : undefined}
            onChange={({ currentTarget }) =>
              action.mutate({
                params: { project, userId: member.userId },
                body: { role: currentTarget.value as Role },
              })
            }
          />
          <Button size="xs" variant="default" aria-label={`Remove ${member.email} from ${project}`} onClick={onRemove}>
            Remove
          </Button>
        </>
      ) : (
        <span>
          {roleWords[member.role].title}
          <span className={classes.soft}>: {roleWords[member.role].below}</span>
        </span>
      )}
    </li>
  )
}

function RemoveMember({ project, member, onClose }: { project: string; member: Member; onClose: () => void }) {
  const action = useAction(removeMember, {
    invalidates: [listMembers, listProjects, whoAmI],
    onSuccess: () => {
      announce(`${member.email} is no member of ${project} any more`)
      onClose()
    },
  })
  return (
    <Confirm
      title={`Take ${member.email} out of ${project}?`}
      word="Take the role away"
      busyWords="Taking it away …"
      action={action}
      onConfirm={() => action.mutate({ params: { project, userId: member.userId } })}
      onClose={onClose}
    >
      {member.isPlatformAdmin
        ? 'As an admin of Berth they may do everything here all the same.'
        : 'They do not even see its apps any more, and their tokens stop working there. Apps they deployed go on running.'}
    </Confirm>
  )
}
