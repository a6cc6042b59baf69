import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { declaredSecret, SecretRef } from '../../graph/credential.ts';
import { keyPatternProblem, OWN_RULES, OWN_USERS_SCRIPT, USERS_SCRIPT, userNameProblem, userRules } from './users.ts';

const password = SecretRef.to(declaredSecret('ray-state', ['password'], 'a test'), 'password');
const sha = (text: string) => `#${createHash('sha256').update(text).digest('hex')}`;

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'keelson-redis-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function passwords(them: Readonly<Record<string, readonly string[]>>): void {
  for (const [user, words] of Object.entries(them)) {
    mkdirSync(join(home, 'credentials', user), { recursive: true });
    for (const [index, word] of words.entries()) writeFileSync(join(home, 'credentials', user, String(index)), word);
  }
}

const run = (script: string, rules: string, env: NodeJS.ProcessEnv = {}) => {
  writeFileSync(join(home, 'rules'), rules);
  return spawnSync('sh', ['-c', script], {
    cwd: home,
    encoding: 'utf8',
    timeout: 10_000,
    env: { PATH: process.env.PATH, RULES: 'rules', CREDENTIALS: 'credentials', USERS: 'users.acl', ...env },
  });
};

test('a consumer has its keys and channels, and no command that is for administrators', () => {
  expect(userRules([{ name: 'ray', passwords: [password], keys: ['RAYray:*', 'DUMMY', 'DUMMY'] }])).toBe(
    'ray ~DUMMY ~RAYray:* &DUMMY &RAYray:* +@all -@admin -@dangerous +info\n',
  );
});

test('rules do not depend on the order of users', () => {
  const users = (['b', 'a'] as const).map((name) => ({ name, passwords: [password] as const, keys: ['k:*'] as const }));
  expect(userRules(users)).toBe(userRules([...users].reverse()));
});

test.each(['default', 'admin', 'metrics', 'probe', 'Ray', 'a b', '', '#a', '-a'])('"%s" is no name', (name) => {
  expect(userNameProblem(name)).toBeDefined();
});
test.each(['ray', 'team-vision-train', 'feast_1'])('%s is a name', (name) => {
  expect(userNameProblem(name)).toBeUndefined();
});
test.each(['a b', 'a"', "a'", 'a\\b', '', 'a\nb'])('%j is no pattern', (pattern) => {
  expect(keyPatternProblem(pattern)).toContain('is no pattern of keys');
});
test.each(['RAYray:*', '*driver_stats', 'a[bc]?'])('%s is a pattern', (pattern) => {
  expect(keyPatternProblem(pattern)).toBeUndefined();
});

describe('the file of users', () => {
  const own = { admin: ['one'], metrics: ['two $HOME *'] };

  test('has nobody without a password but who only asks whether the server is there', () => {
    passwords(own);
    expect(run(OWN_USERS_SCRIPT, OWN_RULES)).toMatchObject({ status: 0, stderr: '' });
    const [first, second, ...others] = readFileSync(join(home, 'users.acl'), 'utf8').trim().split('\n');
    expect(first).toBe('user default reset off');
    expect(second).toBe('user probe reset on nopass +ping');
    expect(others).toEqual([
      expect.stringMatching(new RegExp(`^user admin reset on ${sha('one')} \\+acl`)),
      expect.stringContaining(`user metrics reset on ${sha('two $HOME *')} +command|info`),
    ]);
  });

  test('keeps the consumers that were in it, and not what was said of its own', () => {
    passwords(own);
    writeFileSync(
      join(home, 'users.acl'),
      'user default on nopass ~* +@all\nuser ray on #1 ~a +@all\nuser admin on #2\n',
    );
    run(OWN_USERS_SCRIPT, OWN_RULES);
    const text = readFileSync(join(home, 'users.acl'), 'utf8');
    expect(text).toContain('user ray on #1 ~a +@all\n');
    expect(text).not.toMatch(/nopass ~|#2/);
  });

  test.each([
    ['empty', { admin: [''], metrics: ['x'] }, 'the password of admin is empty'],
    ['missing', { admin: [], metrics: ['x'] }, 'there is no password of admin'],
  ])('is not written when a password is %s', (_, given, message) => {
    passwords(given);
    const { status, stderr } = run(OWN_USERS_SCRIPT, OWN_RULES);
    expect([status, stderr.trim()]).toEqual([1, message]);
    expect(() => readFileSync(join(home, 'users.acl'))).toThrow();
  });
});

describe('the pod beside the server', () => {
  /** Stands in for the client: notes what it is asked, knows three users, and ends the script when it would pause. */
  const client = (answer = 'OK') => {
    mkdirSync(join(home, 'bin'));
    writeFileSync(
      join(home, 'bin/valkey-cli'),
      `#!/bin/sh\nshift 7\necho "$*" >>calls\nif [ "$2" = USERS ]; then printf 'default\\nray\\nleft\\n'; else echo '${answer}'; fi\n`,
      { mode: 0o755 },
    );
    writeFileSync(join(home, 'bin/sleep'), '#!/bin/sh\nkill $PPID\n', { mode: 0o755 });
    return { STORE: 'redis', APPLIED: 'applied', PAUSE: '1', PATH: `${join(home, 'bin')}:${process.env.PATH}` };
  };
  const calls = () => readFileSync(join(home, 'calls'), 'utf8').trim().split('\n');

  test('makes who is asked for, by what is left of the passwords, and removes who is not', () => {
    passwords({ ray: ['secret', 'older'] });
    // What a shell would make of the patterns.
    writeFileSync(join(home, '~file'), '');
    const { status } = run(USERS_SCRIPT, 'ray ~* &* +@all\n', client());
    expect(status).toBe(0);
    expect(calls()).toEqual([
      `ACL SETUSER ray reset on ${sha('secret')} ${sha('older')} ~* &* +@all`,
      'ACL USERS',
      'ACL DELUSER left',
      'ACL SAVE',
    ]);
    expect(readFileSync(join(home, 'applied'), 'utf8')).toBe('');
  });

  test('is not ready while the server does not take them', () => {
    passwords({ ray: ['secret'] });
    const { stderr } = run(USERS_SCRIPT, 'ray ~a +@all\n', client('ERR no'));
    expect(stderr).toContain('ACL SETUSER ray: ERR no');
    expect(() => readFileSync(join(home, 'applied'))).toThrow();
  });
});
