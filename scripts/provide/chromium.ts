import { hasApt, installPackage, isRoot } from './debian.ts';
import { howToInstall, isExecutable, NotProvided, onPath, versionText } from './programs.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ELSEWHERE = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];

async function find(): Promise<string | undefined> {
  const named = process.env['CHROME_BIN'];
  const candidates = [...(named === undefined ? [] : [named]), ...(await onPath(NAMES)), ...ELSEWHERE];
  for (const path of candidates) {
    if ((await isExecutable(path)) && /\d+\.\d+\.\d+/.test((await versionText(path)) ?? '')) return path;
  }
  return undefined;
}

/**
 * The path of a Chromium or Chrome: `CHROME_BIN`, else PATH, else Debian's package, which is installed where this is root.
 * @throws {NotProvided} saying what to install.
 */
export async function provideChromium(say: (text: string) => void = () => undefined): Promise<string> {
  const found = await find();
  if (found !== undefined) return found;
  const advice = `Chromium is needed for the dashboard's tests; ${howToInstall({ apt: 'chromium', dnf: 'chromium', apk: 'chromium', brew: '--cask chromium' })}, or name one in CHROME_BIN`;
  if (!(await hasApt()) || !isRoot()) throw new NotProvided(advice);
  say("installing Debian's chromium");
  try {
    await installPackage('chromium');
  } catch (error) {
    throw new NotProvided(`${advice} (apt could not install it)`, { cause: error });
  }
  const installed = await find();
  if (installed === undefined) throw new NotProvided(`${advice} (the installed one does not run)`);
  return installed;
}
