import { verifies } from '@clawhold/testkit';
import { expect, test } from 'vitest';
import { effectivePrograms } from './effective-programs.ts';

test.each<[string, readonly string[]]>([
  ['git status', ['git']],
  ["git log --format='%h; rm x' | head -3 && ls", ['git', 'head', 'ls']],
  ['/usr/bin/git status; ./git status', ['git', './git']],
  ['g"i"\\t status', ['git']],
  ['echo "a $(rm x) b" > "$HOME/f"', ['rm', 'echo']],
  ['ls 2>&1 >out; 2>err ls', ['ls']],
  ['for f in *.txt; do cat "$f"; done', ['cat']],
  ['if [ -f x ]; then rm x; else touch x; fi', ['[', 'rm', 'touch']],
  ['(cd a && make) & wait', ['cd', 'make', 'wait']],
  ['{ a; b; } | ! c', ['a', 'b', 'c']],
  ['LANG=C sort x', ['sort']],
  ['n=3; x=$(wc -l <f)', ['wc']],
  ['env LANG=C timeout -s KILL 5 nice -n 3 nohup git pull', ['git']],
  ["sh -c 'cd x; timeout 3 git fetch'", ['cd', 'git']],
  ['sh build.sh', ['sh']],
  ['a # b; c', ['a']],
  ['\\if', ['if']],
  ['', []],
])(verifies('tools.effective-programs', '%s'), (command, programs) => {
  expect(effectivePrograms(command)).toEqual(programs);
});

test.each([
  ['$x', 'a variable as the program'],
  ['g* x', 'a pattern as the program'],
  ['echo `rm x`', 'backquotes'],
  ['echo $((1+1))', 'arithmetic'],
  [`echo $${'{'}x:-$(rm x)}`, 'a parameter with an operator'],
  ["git $'x'", 'the quotes of bash'],
  ['cat <<E\nx\nE', 'a here-document'],
  ['cat <(rm x)', 'a process substitution'],
  ['eval "$x"', 'text that is read again'],
  ['git() { rm x; }; git', 'a function'],
  ['alias git=rm\ngit x', 'another name'],
  ['trap "rm x" EXIT', 'a trap'],
  ['PATH=/tmp git x', 'another search path'],
  ['path=1 git x', 'a variable that a program may read'],
  ['https_proxy=x', 'a variable that is exported already'],
  ['for PATH in /tmp; do git; done', 'a loop over the search path'],
  ['for i do rm x; done', 'a loop without a list'],
  ['case x in x) rm y;; esac', 'a case'],
  ['env -S "rm x"', 'an option that holds a command'],
  ['env LANG=$x git', 'what can become several words'],
  ['timeout -s $x 5 git', 'what can become several words'],
  ['timeout $x git', 'what can become several words'],
  ['xargs rm', 'arguments from elsewhere'],
  ['find . -exec rm {} +', 'a command among arguments'],
  ['find . $x', 'what may be a command among arguments'],
  ['sh -c "$x"', 'text that only the shell knows'],
  ['bash -x -c ls', 'options of a shell'],
  ['printf -v PATH /tmp', 'a built-in that sets variables'],
  ['sudo ls', 'somebody else'],
  ["ls '", 'a quote that does not end'],
  ['2>f ! ls', 'a reserved word after a redirection, which shells read in two ways'],
  ["((x = '$(rm y)'))", 'the arithmetic of bash'],
  ['ls )', 'a parenthesis too many'],
  ['(ls', 'a parenthesis that does not close'],
  ['l\\\ns', 'a line that goes on'],
  [`${'$('.repeat(40)}a${')'.repeat(40)}`, 'too deep'],
])(verifies('tools.effective-programs', '%j is not guessed at: %s'), (command) => {
  expect(effectivePrograms(command)).toBeUndefined();
});
