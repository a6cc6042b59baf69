import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

export const DIRECTORY_HOST = 'ldap.example.com';
export const BIND_DN = 'cn=dex,dc=example,dc=com';
/** Everything that Dex could take for a variable. */
export const BIND_PASSWORD = 'b1nd $HOME ${PATH} "\\ é';
export const DIRECTORY_USER = { email: 'ada@example.com', password: 'p@ss $HOME', uid: 'ada' } as const;

const PACKAGES = ['slapd', 'libltdl7', 'libwrap0'] as const;

/** OpenLDAP of Debian's packages, unpacked and not installed: installed, it would be started. */
export function unpackDirectory(cache: string): string {
  const root = join(cache, 'openldap');
  if (existsSync(join(root, 'usr/sbin/slapd'))) return root;
  mkdirSync(root, { recursive: true });
  execFileSync('apt-get', ['update', '-qq'], { stdio: 'inherit' });
  execFileSync('apt-get', ['download', '-qq', ...PACKAGES], { cwd: root, stdio: 'inherit' });
  for (const file of readdirSync(root).filter((name) => name.endsWith('.deb'))) {
    execFileSync('dpkg', ['--extract', file, '.'], { cwd: root });
  }
  return root;
}

export interface Directory {
  /** Who signed its certificate. */
  readonly authority: string;
  stop(): void;
}

/** A directory over TLS that shows itself to Dex and to nobody else. */
export function startDirectory(root: string, address: string): Directory {
  const home = mkdtempSync('/tmp/keelson-directory-');
  const [key, certificate] = [join(home, 'key.pem'), join(home, 'certificate.pem')];
  const names = ['-subj', `/CN=${DIRECTORY_HOST}`, '-addext', `subjectAltName=DNS:${DIRECTORY_HOST}`];
  const openssl = ['req', '-new', '-x509', '-days', '2', '-nodes', ...names, '-keyout', key, '-out', certificate];
  execFileSync('openssl', openssl, { stdio: 'ignore' });
  const schemas = ['core', 'cosine', 'inetorgperson'].map((name) => `include ${root}/etc/ldap/schema/${name}.schema`);
  const config = join(home, 'slapd.conf');
  mkdirSync(join(home, 'data'));
  writeFileSync(
    config,
    `${[
      ...schemas,
      `modulepath ${root}/usr/lib/ldap`,
      'moduleload back_mdb',
      `TLSCertificateFile ${certificate}`,
      `TLSCertificateKeyFile ${key}`,
      'database mdb',
      'suffix "dc=example,dc=com"',
      `directory ${home}/data`,
      'access to attrs=userPassword by anonymous auth by * none',
      `access to * by dn.exact="${BIND_DN}" read by * none`,
    ].join('\n')}\n`,
  );
  const entries = join(home, 'entries.ldif');
  writeFileSync(entries, ENTRIES);
  const slapd = join(root, 'usr/sbin/slapd');
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: ['usr/lib/x86_64-linux-gnu', 'usr/lib']
      .map((path) => join(root, path))
      .concat(join(root, 'lib/x86_64-linux-gnu'))
      .join(':'),
  };
  execFileSync(slapd, ['-T', 'add', '-f', config, '-l', entries], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const log = openSync(join(home, 'log'), 'a');
  const child: ChildProcess = spawn(slapd, ['-f', config, '-h', `ldaps://${address}:636/`, '-d', '0'], {
    env,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  return {
    authority: readFileSync(certificate, 'utf8'),
    stop: () => {
      child.kill('SIGKILL');
      rmSync(home, { recursive: true, force: true });
    },
  };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const ENTRIES = `dn: dc=example,dc=com
objectClass: dcObject
objectClass: organization
o: Example

dn: ${BIND_DN}
objectClass: applicationProcess
objectClass: simpleSecurityObject
cn: dex
userPassword:: ${base64(BIND_PASSWORD)}

dn: ou=people,dc=example,dc=com
objectClass: organizationalUnit

dn: uid=${DIRECTORY_USER.uid},ou=people,dc=example,dc=com
objectClass: inetOrgPerson
uid: ${DIRECTORY_USER.uid}
cn: Ada Example
sn: Example
mail: ${DIRECTORY_USER.email}
userPassword:: ${base64(DIRECTORY_USER.password)}

dn: ou=groups,dc=example,dc=com
objectClass: organizationalUnit

dn: cn=vision,ou=groups,dc=example,dc=com
objectClass: groupOfNames
cn: vision
member: uid=${DIRECTORY_USER.uid},ou=people,dc=example,dc=com

dn: cn=others,ou=groups,dc=example,dc=com
objectClass: groupOfNames
cn: others
member: ${BIND_DN}
`;
