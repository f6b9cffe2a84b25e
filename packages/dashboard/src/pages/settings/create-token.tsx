import { createToken, listTokens, type ResultOf } from '@berth/contract'
import { Button, Group, Radio, Select, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '#api/use-call.ts'
import { useMe } from '#live/use-live.ts'
import { ShownOnce } from '#parts/shown-once.tsx'
import { Dialog } from './dialog.tsx'
import { DialogForm } from './dialog-form.tsx'
import { ProjectChoice } from './project-choice.tsx'
import { accessWords } from './role-words.ts'
import classes from './settings.module.css'
import { lifetimes, offerAccess } from './token-words.ts'
import { useTyped } from './use-typed.ts'

type Made = ResultOf<typeof createToken>

export function CreateToken({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<Made>()
  return (
    <Dialog
      title={made ? `Token ${made.row.name}` : 'New token'}
      onClose={onClose}
      isHeld={made !== undefined}
      size="lg"
    >
      {made ? <MadeToken made={made} onClose={onClose} /> : <CreateForm onMade={setMade} onClose={onClose} />}
    </Dialog>
  )
}

function CreateForm({ onMade, onClose }: { onMade: (made: Made) => void; onClose: () => void }) {
  const me = useMe()
  const { typed, text, onTry } = useTyped({ name: '' })
  const [project, setProject] = useState<string>()
  const [wanted, setWanted] = useState<string>('deploy')
  const [lifetime, setLifetime] = useState<string>('90')
  const action = useAction(createToken, { invalidates: [listTokens], onSuccess: onMade })
  const offered = offerAccess(me, project)
  const access = offered.find((level) => level === wanted) ?? offered.at(-1) ?? 'read'
  const checked = createToken.body?.shape.name.safeParse(typed.name)
  const faults = checked?.error?.issues.map(({ message }) => ({ path: ['name'], message }))

  function submit() {
    onTry()
    if (!checked?.success) return
    const expiresInDays = lifetime === 'never' ? undefined : Number(lifetime)
    action.mutate({ body: { name: checked.data, access, project, expiresInDays } })
  }

  return (
    <DialogForm
      word="Make the token"
      busyWords="Making it …"
      action={action}
      failure="The token was not made"
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        description="So that you know later what it is for"
        placeholder="build of shop"
        data-autofocus
        maxLength={60}
        {...text('name', faults)}
      />
      <ProjectChoice label="Where" everywhere="Wherever I may" only="Only in" value={project} onChange={setProject} />
      <Radio.Group label="What it may do" value={access} onChange={setWanted}>
        <Stack gap="xs" mt="xs">
          {offered.map((level) => (
            <Radio key={level} value={level} label={accessWords[level].title} description={accessWords[level].below} />
          ))}
        </Stack>
      </Radio.Group>
      <Select
        label="How long it is good"
        data={[...lifetimes]}
        allowDeselect={false}
        value={lifetime}
        onChange={(value) => setLifetime(value ?? '90')}
        description={lifetime === 'never' ? 'Remember to remove it when nobody needs it any more' : undefined}
      />
    </DialogForm>
  )
}

function MadeToken({ made: { token }, onClose }: { made: Made; onClose: () => void }) {
  return (
    <Stack gap="md">
      <ShownOnce value={token} label="the token" />
      <p className={classes.plain}>
        A program gives it with each request, as <code>Authorization: Bearer …</code>; the command takes it from{' '}
        <code>BERTH_TOKEN</code> or <code>berth login --token -</code>.
      </p>
      <Group justify="flex-end">
        <Button onClick={onClose}>I have copied it</Button>
      </Group>
    </Stack>
  )
}
