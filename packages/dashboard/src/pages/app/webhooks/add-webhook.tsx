import { type App, addWebhook, listWebhooks, type ResultOf } from '@berth/contract'
import { Button, Group, Modal, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useAction } from '#api/use-call.ts'
import { CopyButton } from '#parts/copy-button.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import sheet from '#parts/sheet.module.css'
import { ShownOnce } from '#parts/shown-once.tsx'
import dialogs from '../app-page.module.css'
import classes from './webhooks.module.css'

type Made = ResultOf<typeof addWebhook>

export default function AddWebhook({ app, onClose }: { app: App; onClose(): void }) {
  const [made, setMade] = useState<Made>()
  const isHeld = made !== undefined
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={made ? 'Tell the forge' : `Build ${app.name} when somebody pushes`}
      withCloseButton={!isHeld}
      closeOnClickOutside={!isHeld}
      closeOnEscape={!isHeld}
    >
      {made ? <MadeWebhook made={made} onClose={onClose} /> : <Form app={app} onMade={setMade} onClose={onClose} />}
    </Modal>
  )
}

type Field = 'url' | 'branch' | 'tags'
const plain = { spellCheck: false, autoComplete: 'off', autoCapitalize: 'none' }

function Form({ app, onMade, onClose }: { app: App; onMade(made: Made): void; onClose(): void }) {
  const [typed, setTyped] = useState({ url: '', branch: 'main', tags: '' })
  const [isTried, setTried] = useState(false)
  const action = useAction(addWebhook, { invalidates: [listWebhooks], onSuccess: onMade })
  const body = { url: typed.url.trim(), branch: typed.branch.trim(), tags: typed.tags.trim() || null }
  const checked = addWebhook.body?.safeParse(body)
  const text = (field: Field) => ({
    ...plain,
    value: typed[field],
    error: isTried ? checked?.error?.issues.find(({ path }) => path[0] === field)?.message : undefined,
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) =>
      setTyped((before) => ({ ...before, [field]: value })),
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    if (checked?.data && !action.isPending) action.mutate({ params: { app: app.name }, body })
  }
  return (
    <form className={dialogs.dialog} onSubmit={submit} noValidate>
      <TextInput
        label="Repository"
        placeholder="https://example.org/team/shop.git"
        data-autofocus
        maxLength={2048}
        {...text('url')}
      />
      <TextInput label="Branch" description="Only what is pushed to it is built" maxLength={255} {...text('branch')} />
      <TextInput
        label="Tags"
        description="Built as well where they fit; * stands for anything"
        placeholder="none"
        maxLength={255}
        {...text('tags')}
      />
      <ErrorBox error={action.error} title="It was not added" />
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={action.isPending}>
          Add it
        </Button>
      </Group>
    </form>
  )
}

function MadeWebhook({ made: { webhook, secret }, onClose }: { made: Made; onClose(): void }) {
  return (
    <div className={dialogs.dialog}>
      <p>
        In the settings of the repository, add a webhook for pushes with this address, JSON as its content, and this
        secret.
      </p>
      <div>
        <p className={sheet.soft}>Address</p>
        <p className={classes.address}>
          <span className={sheet.mono}>{webhook.address}</span>
          <CopyButton value={webhook.address} label="address of the webhook" />
        </p>
      </div>
      <div>
        <p className={sheet.soft}>Secret</p>
        <ShownOnce value={secret} label="the secret" />
      </div>
      <Group justify="flex-end">
        <Button onClick={onClose}>I have copied both</Button>
      </Group>
    </div>
  )
}
