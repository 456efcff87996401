import { expect, it } from 'vitest'
import { splitCommand } from './split-command.ts'

it.each([
  ['woodpecker-agent', ['woodpecker-agent']],
  ['  agent\t--flag  value ', ['agent', '--flag', 'value']],
  [`'/opt/my agent/bin' "two words" a\\ b`, ['/opt/my agent/bin', 'two words', 'a b']],
  [`--name='with "double"' --other="with 'single'"`, [`--name=with "double"`, `--other=with 'single'`]],
  [`a '' ""`, ['a', '', '']],
  [`'a\\b' "a\\b" "a\\"b"`, ['a\\b', 'a\\b', 'a"b']],
  ['$HOME `id` *.ts | cat', ['$HOME', '`id`', '*.ts', '|', 'cat']],
  ['', []],
])('splits %j as a shell would', (command, words) => {
  expect(splitCommand(command)).toEqual(words)
})

it.each([`'open`, `"open`, 'open\\'])('does not split %j, which is not complete', (command) => {
  expect(splitCommand(command)).toBeUndefined()
})
