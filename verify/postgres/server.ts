import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A PostgreSQL that runs on this machine for as long as it is looked at. */
export interface Server {
  readonly port: string;
  /** A directory that goes with it. */
  readonly home: string;
  /** Runs SQL as the superuser. */
  sql(...statements: string[]): void;
}

export interface ServerFiles {
  /** Lines of pg_hba.conf for connections over TCP. */
  readonly rules: readonly string[];
  /** Key and certificate, as PEM text. Default: self-signed. */
  readonly tls?: { readonly key: string; readonly certificate: string };
}

const PORT = '55432';

/** Starts Debian's PostgreSQL as its user, and removes everything of it afterwards. */
export function withServer(files: ServerFiles, look: (server: Server) => void): void {
  const home = mkdtempSync('/tmp/keelson-postgres-');
  const data = join(home, 'data');
  const [version = ''] = readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a));
  const bin = join('/usr/lib/postgresql', version, 'bin');
  const run = (command: string, args: readonly string[]) =>
    execFileSync('setpriv', ['--reuid=postgres', '--regid=postgres', '--init-groups', command, ...args], {
      cwd: home,
      stdio: 'ignore',
    });
  const control = (...args: string[]) => run(join(bin, 'pg_ctl'), ['-D', data, '-w', '-l', join(home, 'log'), ...args]);
  let running = false;
  try {
    execFileSync('chown', ['postgres', home]);
    run(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '--auth=trust']);
    const [key, certificate] = [join(data, 'server.key'), join(data, 'server.crt')];
    if (files.tls) {
      writeFileSync(key, files.tls.key, { mode: 0o600 });
      writeFileSync(certificate, files.tls.certificate);
      execFileSync('chown', ['postgres', key, certificate]);
    } else {
      run('openssl', ['req', '-new', '-x509', '-nodes', '-subj', '/CN=postgres', '-keyout', key, '-out', certificate]);
    }
    writeFileSync(join(data, 'pg_hba.conf'), `${['local all all trust', ...files.rules].join('\n')}\n`);
    control('-o', `-c ssl=on -c port=${PORT} -c unix_socket_directories=${home}`, 'start');
    running = true;
    const admin = ['-h', home, '-p', PORT, '-U', 'postgres', '-qv', 'ON_ERROR_STOP=1'];
    look({
      port: PORT,
      home,
      sql: (...statements) => {
        for (const statement of statements) run('psql', [...admin, '-c', statement]);
      },
    });
  } finally {
    if (running) control('-m', 'immediate', 'stop');
    rmSync(home, { recursive: true, force: true });
  }
}
