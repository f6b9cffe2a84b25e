import { type App, removeApp } from '@berth/contract'
import { TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useAction } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { useDeployRefusal } from '../access.ts'
import { ActionButton } from '../action-button.tsx'
import { ConfirmDialog } from '../confirm-dialog.tsx'
import classes from './settings.module.css'

/** What cannot be undone asks for the name. */
export function RemoveApp({ app }: { app: App }) {
  const [isOpen, setOpen] = useState(false)
  const refusal = useDeployRefusal(app.project)
  return (
    <section className={classes.danger}>
      <div>
        <h2>Remove this app</h2>
        <p className={classes.soft}>
          Its instances end, its URL answers no more, and its releases and log are gone for good.
        </p>
      </div>
      <ActionButton variant="default" c="var(--tone-bad)" whyNot={refusal} onClick={() => setOpen(true)}>
        Remove {app.name.length > 24 ? 'this app' : app.name}
      </ActionButton>
      {isOpen ? <RemoveDialog app={app} onClose={() => setOpen(false)} /> : null}
    </section>
  )
}

function RemoveDialog({ app: { name, url, deploymentId }, onClose }: { app: App; onClose(): void }) {
  const [typed, setTyped] = useState('')
  const navigate = useNavigate()
  const remove = useAction(removeApp, {
    onSuccess: () => {
      announce(`${name} is removed`)
      void navigate({ to: '/' })
    },
  })
  return (
    <ConfirmDialog
      title={`Remove ${name}?`}
      confirm="Remove it for good"
      tone="bad"
      pending={`Removing ${name} …`}
      isBlocked={typed.trim() !== name}
      action={remove}
      onConfirm={() => remove.mutate({ params: { app: name } })}
      onClose={onClose}
    >
      <p>
        Nothing of it can be brought back{url ? `, and ${url} answers no more` : ''}.
        {deploymentId ? ' The deployment under way is cancelled.' : ''}
      </p>
      <TextInput
        mt="md"
        label={
          <>
            Type <strong>{name}</strong> to remove it
          </>
        }
        value={typed}
        onChange={({ currentTarget: { value } }) => setTyped(value)}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        data-autofocus
      />
    </ConfirmDialog>
  )
}
