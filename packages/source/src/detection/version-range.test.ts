import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pickVersion } from './version-range.ts'

const node = ['26', '24', '22', '20', '18']
const python = ['3.13', '3.14', '3.12', '3.11', '3.10']

const cases: [string, readonly string[], string | undefined][] = [
  ['>=18', node, '26'],
  ['>=20.11.0', node, '26'],
  ['^20.11.1', node, '20'],
  ['~22.1', node, '22'],
  ['20.x', node, '20'],
  ['20', node, '20'],
  ['v22.3.0', node, '22'],
  ['>=18 <23', node, '22'],
  ['>=18 <=20', node, '20'],
  ['^18 || ^20', node, '20'],
  ['18 - 22', node, '22'],
  ['*', node, '26'],
  ['', node, '26'],
  ['>=30', node, undefined],
  ['16.x', node, undefined],
  ['>=3.10,<3.13', python, '3.12'],
  ['>=3.9', python, '3.13'],
  ['~=3.11', python, '3.13'],
  ['~=3.11.0', python, '3.11'],
  ['==3.12.*', python, '3.12'],
  ['^3.10', python, '3.13'],
  ['>3.13', python, '3.14'],
  ['>=3.14', python, '3.14'],
  ['!=3.11.2,>=3.10', python, '3.13'],
  ['~> 3.2.1', ['3.4', '3.3', '3.2'], '3.2'],
  ['~> 3.2', ['3.4', '3.3', '3.2'], '3.4'],
  ['^8.1|^7.4', ['8.4', '8.1', '7.4'], '8.4'],
]

for (const [range, known, picked] of cases) {
  test(`"${range}" of ${known.join(', ')} is ${picked ?? 'none'}`, () =>
    assert.equal(pickVersion(range, known), picked))
}
