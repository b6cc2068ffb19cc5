import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { suite, test } from 'node:test'
import { run } from './programs.ts'

const commands = ['serve', 'connect', 'inspect', 'explain', 'check', 'bench', 'replay']

suite('completion', () => {
  test('in bash offers commands, then the options of the one that was chosen', async (t) => {
    const { code, stdout: script } = await run(t, ['completion', 'bash'])
    assert.equal(code, 0)
    const offered = (...words: string[]): string[] => {
      const list = words.map((word) => `'${word}'`).join(' ')
      const ask = `COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _tidewire; printf '%s\\n' "\${COMPREPLY[@]}"`
      const output = execFileSync('bash', ['-c', `${script}\n${ask}`], { encoding: 'utf8' })
      return output.trim().split('\n')
    }
    assert.deepEqual(offered('tidewire', ''), [...commands, '--help', '--version'])
    assert.deepEqual(offered('tidewire', 'ex'), ['explain'])
    assert.deepEqual(offered('tidewire', 'explain', '--ori'), ['--origin', '--origins'])
    assert.deepEqual(offered('tidewire', 'connect', '--rec'), ['--record'])
    assert.deepEqual(offered('tidewire', 'serve', '--allow'), ['--allow-host'])
    assert.ok(offered('tidewire', 'serve', '--').includes('--port'))
    assert.deepEqual(offered('tidewire', 'serve', 'x'), [''])
    const modes = ['echo', 'answer', 'send', 'receive']
    assert.deepEqual(offered('tidewire', 'bench', '--mode', ''), modes)
    assert.deepEqual(offered('tidewire', 'replay', '--fast', '--compare', 'j'), ['json'])
    assert.deepEqual(offered('tidewire', 'check', '--split', 'e'), ['every'])
    assert.deepEqual(offered('tidewire', 'connect', '--proxy', ''), ['environment', 'none'])
    assert.deepEqual(offered('tidewire', 'serve', '--mode', 'e'), [''])
  })

  test('for zsh and fish names each command and its options', async (t) => {
    for (const [shell, option, values] of [
      ['zsh', 'compadd -- ', "'replay --compare') compadd -- exact json count; return ;;"],
      [
        'fish',
        "-n '__fish_seen_subcommand_from explain' -l origin",
        "-n '__fish_seen_subcommand_from replay' -l compare -x -a 'exact json count'\n",
      ],
    ] as const) {
      const { code, stdout } = await run(t, ['completion', shell])
      assert.equal(code, 0)
      for (const command of commands) assert.match(stdout, new RegExp(`\\b${command}\\b`))
      assert.ok(stdout.includes(option))
      assert.ok(stdout.includes(values))
    }
  })

  for (const args of [[], ['tcsh'], ['bash', 'zsh']]) {
    test(`takes one shell that it knows, not ${JSON.stringify(args)}`, async (t) => {
      const { code, stderr } = await run(t, ['completion', ...args])
      assert.equal(code, 2)
      assert.match(stderr, /^tidewire: completion takes one shell of bash, zsh, fish, got /)
    })
  }
})
