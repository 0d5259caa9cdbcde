// Replaces text in a file, whole or not at all. Standard input: { path, old, new, all }.
import { chmodSync, lstatSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const { path, old, new: replacement, all } = JSON.parse(readFileSync(0, 'utf8'));

function refuse(message) {
  process.stderr.write(`${message}\n`);
  process.exit(65);
}

function statusOf() {
  try {
    return lstatSync(path);
  } catch {
    return refuse(`There is no file ${path}.`);
  }
}

const status = statusOf();
if (status.isSymbolicLink() || realpathSync(path) !== join(realpathSync('.'), path))
  refuse(`${path} is a symbolic link, or lies behind one.`);
if (!status.isFile()) refuse(`${path} is no regular file.`);

const bytes = readFileSync(path);
const text = bytes.toString('utf8');
if (!Buffer.from(text, 'utf8').equals(bytes)) refuse(`${path} is not a text in UTF-8.`);

const count = text.split(old).length - 1;
if (count === 0) refuse(notFound());
if (count > 1 && !all)
  refuse(`The text to replace stands ${count} times in ${path}; give more of its surroundings, or set replace_all.`);

const changed = text.split(old).join(replacement);
const temporary = join(dirname(path), `.clawhold-${process.pid}-${basename(path)}`.slice(0, 200));
try {
  writeFileSync(temporary, changed, { flag: 'wx' });
  chmodSync(temporary, status.mode & 0o7777);
  renameSync(temporary, path);
} catch (error) {
  rmSync(temporary, { force: true });
  refuse(`${path} was not written: ${error.code ?? 'unknown error'}.`);
}
process.stdout.write(`Replaced ${count} ${count === 1 ? 'occurrence' : 'occurrences'} in ${path}.\n`);

/** Says why an exact match is not there, when the reason is plain. */
function notFound() {
  const first = old.split('\n').find((line) => line.trim() !== '') ?? old;
  const line = text.split('\n').findIndex((candidate) => candidate.trim() === first.trim());
  const near = line === -1 ? '' : ` Line ${line + 1} has its first line with other spaces or other lines around it.`;
  const shown = first.length > 80 ? `${first.slice(0, 80)}…` : first;
  return `The text to replace, beginning with ${JSON.stringify(shown)}, is not in ${path}.${near}`;
}
