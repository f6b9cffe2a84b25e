import { createToken, listProjects, listTokens, type ResultOf } from '@berth/contract'
import { Button, Group, Radio, Select, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useAction, useCall } from '#api/use-call.ts'
import { useMe } from '#live/use-live.ts'
import { BusyButton } from '#parts/busy-button.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { scrollingOptions } from '#parts/scrolling-options.ts'
import { ShownOnce } from '#parts/shown-once.tsx'
import { Dialog } from './dialog.tsx'
import { accessWords } from './role-words.ts'
import classes from './settings.module.css'
import { lifetimes, offerAccess } from './token-words.ts'

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

const nameSchema = createToken.body?.shape.name

function CreateForm({ onMade, onClose }: { onMade: (made: Made) => void; onClose: () => void }) {
  const me = useMe()
  const projects = useCall(listProjects, {})
  const [name, setName] = useState('')
  const [wasTried, setTried] = useState(false)
  const [project, setProject] = useState<string>()
  const [wanted, setWanted] = useState<string>('deploy')
  const [lifetime, setLifetime] = useState<string>('90')
  const action = useAction(createToken, { invalidates: [listTokens], onSuccess: onMade })
  const offered = offerAccess(me, project)
  const access = offered.find((level) => level === wanted) ?? offered.at(-1) ?? 'read'
  const problem = nameSchema?.safeParse(name).error?.issues[0]?.message

  function submit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    if (problem || action.isPending) return
    const expiresInDays = lifetime === 'never' ? undefined : Number(lifetime)
    action.mutate({ body: { name, access, project, expiresInDays } })
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label="Name"
          description="So that you know later what it is for"
          placeholder="build of shop"
          data-autofocus
          maxLength={60}
          error={wasTried ? problem : undefined}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Select
          label="Where"
          {...scrollingOptions}
          data={[
            { value: '', label: 'Wherever I may' },
            ...(projects.data ?? []).map((row) => ({ value: row.name, label: `Only in ${row.name}` })),
          ]}
          allowDeselect={false}
          searchable={(projects.data?.length ?? 0) > 8}
          value={project ?? ''}
          onChange={(value) => setProject(value || undefined)}
        />
        <ErrorBox title="Projects could not be loaded" error={projects.error} onRetry={() => void projects.refetch()} />
        <Radio.Group label="What it may do" value={access} onChange={setWanted}>
          <Stack gap="xs" mt="xs">
            {offered.map((level) => (
              <Radio
                key={level}
                value={level}
                label={accessWords[level].title}
                description={accessWords[level].below}
              />
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
        <ErrorBox title="The token was not made" error={action.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <BusyButton type="submit" isBusy={action.isPending} busyWords="Making it …">
            Make the token
          </BusyButton>
        </Group>
      </Stack>
    </form>
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
