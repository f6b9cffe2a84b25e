import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aMachine, type ObservedMachine } from '@berth/engine'
import { explainMisfit } from './fit-plan.ts'

const GiB = 1024 ** 3
const machine = (name: string, more: Partial<ObservedMachine> = {}): ObservedMachine =>
  aMachine({ id: name, name, role: 'worker', isLeader: false, cpuMillis: 2000, memoryBytes: 4 * GiB, ...more })

test('without a reservation everything fits on any machine that takes instances', () => {
  assert.equal(explainMisfit({ replicas: 50, resources: { memoryBytes: 100 * GiB } }, [machine('a')], {}), undefined)
})

test('counts what is reserved already, machine by machine', () => {
  const resources = { reservedMemoryBytes: 3 * GiB }
  const machines = [machine('a'), machine('b')]
  assert.equal(explainMisfit({ replicas: 2, resources }, machines, {}), undefined)
  assert.equal(
    explainMisfit({ replicas: 2, resources }, machines, { b: { cpuMillis: 0, memoryBytes: 2 * GiB } }),
    'needs 3 GiB of memory for each of 2 instances, room for 1: a has room for fewer; b has 2 GiB of memory free',
  )
})

test('says which resource is short where', () => {
  const resources = { reservedMemoryBytes: GiB, reservedCpuMillis: 3000 }
  assert.equal(
    explainMisfit({ replicas: 1, resources }, [machine('a')], {}),
    'needs 1 GiB of memory and 3 cores for 1 instance, room for 0: a has 2 cores free',
  )
})

test('machines that are down or paused have no room', () => {
  assert.equal(
    explainMisfit({ replicas: 1, resources: {} }, [machine('a', { isSchedulable: false })], {}),
    'no machine takes new instances now',
  )
})

const onSsd = { replicas: 1, resources: {}, placement: { on: { disk: 'ssd' }, spread: null } }

test('only machines with the labels have room', () => {
  const request = { ...onSsd, resources: { reservedMemoryBytes: 3 * GiB }, replicas: 2 }
  const machines = [machine('a', { labels: { disk: 'ssd' } }), machine('b')]
  assert.equal(
    explainMisfit(request, machines, {}),
    'needs 3 GiB of memory for each of 2 instances, room for 1: a has room for fewer',
  )
  assert.equal(explainMisfit(onSsd, machines, {}), undefined)
})

test('says which labels no machine has, or no machine that takes instances', () => {
  assert.equal(explainMisfit(onSsd, [machine('a')], {}), 'no machine has the label disk=ssd')
  const both = { ...onSsd, placement: { on: { disk: 'ssd', zone: 'a' }, spread: null } }
  const halves = [machine('a', { labels: { disk: 'ssd' } }), machine('b', { labels: { zone: 'a' } })]
  assert.equal(explainMisfit(both, halves, {}), 'no machine has the labels disk=ssd and zone=a')
  const paused = machine('a', { labels: { disk: 'ssd' }, isSchedulable: false })
  assert.equal(
    explainMisfit(onSsd, [paused, machine('b')], {}),
    'no machine with the label disk=ssd takes new instances now',
  )
})
