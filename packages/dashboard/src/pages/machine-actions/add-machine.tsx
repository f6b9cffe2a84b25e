import { createJoinToken, MachineName, type ResultOf } from '@berth/contract'
import { Button, Group, Modal, Radio, Tabs, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useAction } from '#api/use-call.ts'
import { BusyButton } from '#parts/busy-button.tsx'
import { CopyButton } from '#parts/copy-button.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { RelativeTime } from '#parts/relative-time.tsx'
import sheet from '#parts/sheet.module.css'
import { ShownOnce } from '#parts/shown-once.tsx'
import classes from './machine-actions.module.css'

type Made = ResultOf<typeof createJoinToken>

/** Three ways to let another machine in. */
export default function AddMachine({ onClose }: { onClose(): void }) {
  const [made, setMade] = useState<Made>()
  return (
    <Modal
      opened
      onClose={onClose}
      title={made ? `Let ${made.machine} join` : 'Add a machine'}
      size="lg"
      closeOnClickOutside={!made}
      closeOnEscape={!made}
      withCloseButton={!made}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {made ? <MadeToken made={made} onClose={onClose} /> : <Ways onMade={setMade} />}
    </Modal>
  )
}

function Ways({ onMade }: { onMade(made: Made): void }) {
  return (
    <Tabs defaultValue="ssh" keepMounted={false}>
      <Tabs.List aria-label="Ways to add a machine" className={classes.ways}>
        <Tabs.Tab value="ssh">Over SSH</Tabs.Tab>
        <Tabs.Tab value="join">With a token</Tabs.Tab>
        <Tabs.Tab value="container">In a container</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="ssh" className={classes.way2}>
        <p>
          Where you can sign in by SSH. The command looks first what is in the way, then installs all that is needed,
          and undoes what it did if something fails. Run it where Berth was installed.
        </p>
        <Command line="./berth machines add user@host" />
        <p className={sheet.soft}>To look only, and change nothing:</p>
        <Command line="./berth machines add user@host --check-only" />
      </Tabs.Panel>
      <Tabs.Panel value="join" className={classes.way2}>
        <JoinForm onMade={onMade} />
      </Tabs.Panel>
      <Tabs.Panel value="container" className={classes.way2}>
        <p>A container with an engine of its own on the computer that Berth runs on: good to try things out.</p>
        <Command line="./berth machines create --count 2" />
        <p className={sheet.soft}>With a name and limits:</p>
        <Command line="./berth machines create worker1 --cpus 2 --memory 4G" />
      </Tabs.Panel>
    </Tabs>
  )
}

const Command = ({ line }: { line: string }) => (
  <div className={classes.command}>
    <code>{line}</code>
    <CopyButton value={line} label="the command" size={30} />
  </div>
)

function JoinForm({ onMade }: { onMade(made: Made): void }) {
  const [machine, setMachine] = useState('')
  const [role, setRole] = useState<'worker' | 'manager'>('worker')
  const [isTried, setTried] = useState(false)
  const create = useAction(createJoinToken, { onSuccess: onMade })
  const fault = MachineName.safeParse(machine.trim()).error?.issues[0]?.message
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (fault === undefined && !create.isPending) create.mutate({ body: { machine: machine.trim(), role } })
  }
  return (
    <form onSubmit={submit} noValidate className={classes.stack}>
      <p>Where you sit at the machine itself. The token lets one machine of this name in, once, within an hour.</p>
      <TextInput
        label="Name of the machine"
        description="Its host name, as “hostname” says it there"
        placeholder="worker1"
        spellCheck={false}
        autoCapitalize="none"
        value={machine}
        error={isTried ? fault : undefined}
        onChange={({ currentTarget: { value } }) => setMachine(value)}
      />
      <Radio.Group label="Role" value={role} onChange={(value) => setRole(value === 'manager' ? 'manager' : 'worker')}>
        <Group gap="lg" mt="xs">
          <Radio value="worker" label="Worker: runs instances" />
          <Radio value="manager" label="Manager: also decides" />
        </Group>
      </Radio.Group>
      <ErrorBox error={create.error} title="The token was not made" />
      <Group justify="flex-end">
        <BusyButton type="submit" isBusy={create.isPending} busyWords="Making it …">
          Make the token
        </BusyButton>
      </Group>
    </form>
  )
}

function MadeToken({ made: { token, machine, role, expiresAt }, onClose }: { made: Made; onClose(): void }) {
  return (
    <div className={classes.stack}>
      <p>
        Run this on {machine}, in a checkout of Berth. It joins as a {role}; the token ends{' '}
        <RelativeTime at={expiresAt} />.
      </p>
      <ShownOnce value={`./berth join ${token}`} label="the command" />
      <p className={sheet.soft}>It appears among the machines by itself when it has joined.</p>
      <Group justify="flex-end">
        <Button onClick={onClose}>I have copied it</Button>
      </Group>
    </div>
  )
}
