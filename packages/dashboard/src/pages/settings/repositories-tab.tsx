import {
  listRepositories,
  type PlatformError,
  type Repository,
  removeRepository,
  testRepository,
} from '@berth/contract'
import { Button } from '@mantine/core'
import { IconGitBranch, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useAction, useCall } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { BusyButton } from '#parts/busy-button.tsx'
import { CopyButton } from '#parts/copy-button.tsx'
import { EmptyState } from '#parts/empty-state.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { RelativeTime } from '#parts/relative-time.tsx'
import { StateBadge } from '#parts/state-badge.tsx'
import { plainText } from '../app/logs/log-text.ts'
import { AddRepository } from './add-repository.tsx'
import { Confirm } from './confirm.tsx'
import { Section } from './section.tsx'
import classes from './settings.module.css'

export function RepositoriesTab() {
  const { data: repositories, error, refetch } = useCall(listRepositories, {})
  const [isAdding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<Repository>()
  const add = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
      Add repositories
    </Button>
  )
  return (
    <Section
      title="Private repositories"
      below="What git is let in with when something is built from them. Kept sealed, and given only to the machine that builds."
      action={repositories && repositories.length > 0 ? add : null}
    >
      {repositories === undefined ? (
        error ? (
          <ErrorBox title="The repositories could not be loaded" error={error} onRetry={() => void refetch()} />
        ) : (
          <Loading what="repositories" height={200} />
        )
      ) : repositories.length === 0 ? (
        <EmptyState title="No credentials yet" icon={<IconGitBranch size={28} stroke={1.5} />} action={add}>
          Public repositories need none.
        </EmptyState>
      ) : (
        <ul className={classes.rows}>
          {repositories.map((repository) => (
            <RepositoryRow key={repository.id} repository={repository} onRemove={() => setRemoving(repository)} />
          ))}
        </ul>
      )}
      {isAdding ? <AddRepository onClose={() => setAdding(false)} /> : null}
      {removing ? <Remove repository={removing} onClose={() => setRemoving(undefined)} /> : null}
    </Section>
  )
}

function RepositoryRow({ repository, onRemove }: { repository: Repository; onRemove: () => void }) {
  const { id, prefix, project, credentials, createdBy, createdAt } = repository
  const test = useAction(testRepository, { invalidates: [listRepositories] })
  return (
    <li className={classes.row}>
      <div className={classes.rowWords}>
        <p className={classes.rowTitle}>
          <bdi>{plainText(prefix)}</bdi>
        </p>
        <p className={classes.soft}>
          {credentials.kind === 'password' ? `as ${plainText(credentials.username)}` : 'by a deploy key'}, for apps of{' '}
          {project ?? 'all projects'}; stored by {plainText(createdBy)} <RelativeTime at={createdAt} />
        </p>
        {credentials.kind === 'deploy-key' ? <DeployKey credentials={credentials} /> : null}
        <TestOutcome works={test.isSuccess} error={test.error} />
      </div>
      <div className={classes.keyActions}>
        <BusyButton
          size="xs"
          variant="default"
          aria-label={`Test ${prefix}`}
          isBusy={test.isPending}
          busyWords="Testing …"
          onClick={() => test.mutate({ params: { repositoryId: id }, body: {} })}
        >
          Test
        </BusyButton>
        <Button size="xs" variant="default" aria-label={`Remove ${prefix}`} onClick={onRemove}>
          Remove
        </Button>
      </div>
    </li>
  )
}

type Key = Extract<Repository['credentials'], { kind: 'deploy-key' }>

function DeployKey({ credentials: { publicKey, hostKeys } }: { credentials: Key }) {
  return (
    <>
      <p className={classes.keyLine}>
        <code>{publicKey}</code>
        <CopyButton value={publicKey} label="the public key" size={24} />
      </p>
      <p className={classes.soft}>
        {hostKeys.length > 0
          ? `The host is known by ${hostKeys.join(', ')}`
          : 'The host will be known by the key that it shows first'}
      </p>
    </>
  )
}

function TestOutcome({ works, error }: { works: boolean; error: PlatformError | null }) {
  return (
    <span className={classes.outcome} role="status">
      {works ? <StateBadge of="check" state="ok" word="It lets git in" /> : null}
      {error ? (
        <StateBadge of="check" state="failed" word={`${error.message}${error.hint ? `. ${error.hint}` : ''}`} />
      ) : null}
    </span>
  )
}

function Remove({ repository: { id, prefix }, onClose }: { repository: Repository; onClose: () => void }) {
  const action = useAction(removeRepository, {
    invalidates: [listRepositories],
    onSuccess: () => {
      announce('The credentials are forgotten')
      onClose()
    },
  })
  return (
    <Confirm
      title="Forget these credentials?"
      word="Forget them"
      busyWords="Forgetting …"
      action={action}
      onConfirm={() => action.mutate({ params: { repositoryId: id } })}
      onClose={onClose}
    >
      Apps run on. What is built from {plainText(prefix)} will be refused where it is private.
    </Confirm>
  )
}
