import { addRepository, listRepositories, type Repository } from '@berth/contract'
import { Button, Group, PasswordInput, Radio, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { CopyButton } from '#parts/copy-button.tsx'
import { Dialog } from './dialog.tsx'
import { DialogForm } from './dialog-form.tsx'
import { ProjectChoice } from './project-choice.tsx'
import classes from './settings.module.css'
import { useTyped } from './use-typed.ts'

type Key = Extract<Repository['credentials'], { kind: 'deploy-key' }>

/** A password is tried before it is stored; a deploy key is made, and its public half told. */
export function AddRepository({ onClose }: { onClose: () => void }) {
  const [key, setKey] = useState<Key>()
  return (
    <Dialog title={key ? 'Give the forge this key' : 'Add repositories'} onClose={onClose} size="lg">
      {key ? <MadeKey credentials={key} onClose={onClose} /> : <AddForm onKey={setKey} onClose={onClose} />}
    </Dialog>
  )
}

type Typed = { prefix: string; username: string; password: string; tryUrl: string }

function AddForm({ onKey, onClose }: { onKey: (key: Key) => void; onClose: () => void }) {
  const [kind, setKind] = useState<'password' | 'deploy-key'>('password')
  const { typed, text, onTry } = useTyped<Typed>({ prefix: '', username: '', password: '', tryUrl: '' })
  const [project, setProject] = useState<string>()
  const action = useAction(addRepository, {
    invalidates: [listRepositories],
    onSuccess: ({ credentials }) => {
      if (credentials.kind === 'deploy-key') return onKey(credentials)
      announce('The credentials work; they are stored')
      onClose()
    },
  })
  const body = bodyOf(typed, kind, project ?? null)
  const checked = addRepository.body?.safeParse(body)
  const faults = checked?.error?.issues

  function submit() {
    onTry()
    if (checked?.success) action.mutate({ body })
  }

  return (
    <DialogForm
      word={kind === 'password' ? 'Test and store' : 'Make a key'}
      busyWords="Trying …"
      action={action}
      failure="They were not stored"
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        label="Repositories"
        description="A repository, or what the URLs of several begin with"
        placeholder={kind === 'password' ? 'https://example.org/team' : 'ssh://git@example.org/team/shop.git'}
        data-autofocus
        autoComplete="off"
        {...text('prefix', faults)}
      />
      <Radio.Group label="Let in by" value={kind} onChange={(value) => setKind(value as typeof kind)}>
        <Stack gap="xs" mt="xs">
          <Radio value="password" label="User and password" description="Or a token in the place of the password" />
          <Radio
            value="deploy-key"
            label="A deploy key"
            description="Over SSH; Berth makes it and tells its public half"
          />
        </Stack>
      </Radio.Group>
      {kind === 'password' ? (
        <>
          <TextInput label="User" autoComplete="off" {...text('username', faults)} />
          <PasswordInput label="Password or token" autoComplete="new-password" {...text('password', faults)} />
          <TextInput
            label="Repository to try them on"
            description="Empty: the one above is one"
            autoComplete="off"
            {...text('tryUrl', faults)}
          />
        </>
      ) : null}
      <ProjectChoice label="For apps of" everywhere="All projects" only="Only" value={project} onChange={setProject} />
    </DialogForm>
  )
}

function bodyOf(
  { prefix, username, password, tryUrl }: Typed,
  kind: 'password' | 'deploy-key',
  project: string | null,
) {
  const tried = tryUrl.trim() === '' ? {} : { tryUrl: tryUrl.trim() }
  const credentials = kind === 'password' ? { kind, username: username.trim(), password, ...tried } : { kind }
  return { prefix: prefix.trim(), project, credentials }
}

function MadeKey({ credentials: { publicKey }, onClose }: { credentials: Key; onClose: () => void }) {
  return (
    <Stack gap="md">
      <p className={classes.plain}>
        Add it to the repository as a deploy key that may read. It stands in the list as well, and a test there says
        whether it works.
      </p>
      <p className={classes.keyLine}>
        <code>{publicKey}</code>
        <CopyButton value={publicKey} label="the public key" />
      </p>
      <Group justify="flex-end">
        <Button onClick={onClose}>Done</Button>
      </Group>
    </Stack>
  )
}
